import { request } from 'node:http';

/** Asks the administration of an Envoy (https://www.envoyproxy.io/docs/envoy/latest/operations/admin). Rejects where nobody answers with 200. */
export function askEnvoy(place: string, path: string, method: 'GET' | 'POST' = 'GET'): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(`http://${place}${path}`, { method, timeout: 5000 }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString('utf8');
        if (answer.statusCode === 200) resolve(text);
        else reject(new Error(`Envoy at ${place} answers ${path} with ${answer.statusCode}: ${text.slice(0, 200)}`));
      });
      answer.on('error', reject);
    });
    asked.on('timeout', () => asked.destroy(new Error(`Envoy at ${place} does not answer`)));
    asked.on('error', reject);
    asked.end();
  });
}

/** Requests and connections that are under way, of all that is not Envoy's own. */
export async function underWay(place: string): Promise<number> {
  const text = await askEnvoy(place, '/stats?filter=^(http\\..*\\.downstream_rq_active|(tcp|udp)\\..*\\.downstream_(cx|sess)_active)$');
  return text.split('\n').filter((it) => !/^http\.(admin|postern-)/.test(it)).reduce((sum, line) => sum + (Number(line.split(': ')[1] ?? 0) || 0), 0);
}
