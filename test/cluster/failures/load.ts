/**
 * A client outside the cluster that never stops asking: `node load.ts http://ADDRESS https://ADDRESS`, until its input ends. Prints what became of
 * the requests as JSON. Each is sent on a kept connection, on a new one, or over TLS; all of them count.
 */
import { Agent, request as plainRequest } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface LoadReport {
  readonly answers: number;
  readonly failures: readonly { readonly at: string; readonly kind: string; readonly cause: string }[];
  /** Longest time without an answer of one kind, milliseconds. */
  readonly longestGap: Readonly<Record<string, number>>;
  /** Serial numbers of the certificates that were shown, in order. */
  readonly certificates: readonly string[];
}

/** An answer that takes longer has failed. */
const patienceMs = 5000;
const host = 'drill.example';

interface Kind {
  readonly name: string;
  readonly everyMs: number;
  ask(): Promise<number>;
}

const answers = new Map<string, number>();
const lastAnswers = new Map<string, number>();
const longestGap: Record<string, number> = {};
const failures: { at: string; kind: string; cause: string }[] = [];
const certificates: string[] = [];

function ask(url: string, agent: Agent | TlsAgent | false): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { agent, headers: { host }, timeout: patienceMs };
    const sent = url.startsWith('https:') ? tlsRequest(`${url}/`, { ...options, servername: host, rejectUnauthorized: false } as object) : plainRequest(`${url}/`, options as object);
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${patienceMs} ms`)));
    sent.on('response', (response) => {
      const serial = (response.socket as TLSSocket).getPeerCertificate?.().serialNumber;
      if (serial !== undefined && serial !== '' && serial !== certificates.at(-1)) certificates.push(serial);
      response.resume().on('end', () => resolve(response.statusCode ?? 0)).on('error', reject);
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function once({ name, ask: send }: Kind): Promise<void> {
  const at = new Date().toISOString();
  const result = await send().catch((error: Error) => error.message);
  const now = performance.now();
  if (result === 200) {
    answers.set(name, (answers.get(name) ?? 0) + 1);
    longestGap[name] = Math.max(longestGap[name] ?? 0, Math.round(now - (lastAnswers.get(name) ?? now)));
    lastAnswers.set(name, now);
  } else failures.push({ at, kind: name, cause: String(result) });
}

const [plain = '', secure = ''] = process.argv.slice(2);
const kept = new Agent({ keepAlive: true });
const kinds: readonly Kind[] = [
  { name: 'kept connections', everyMs: 25, ask: () => ask(plain, kept) },
  { name: 'new connections', everyMs: 100, ask: () => ask(plain, false) },
  { name: 'TLS', everyMs: 100, ask: () => ask(secure, false) },
];
const open = new Set<Promise<void>>();
const timers = kinds.map((kind) => setInterval(() => {
  const one = once(kind).finally(() => open.delete(one));
  open.add(one);
}, kind.everyMs));

process.stdin.on('end', async () => {
  for (const one of timers) clearInterval(one);
  await Promise.all(open);
  const report: LoadReport = { answers: [...answers.values()].reduce((sum, it) => sum + it, 0), failures, longestGap, certificates };
  process.stdout.write(JSON.stringify(report), () => process.exit());
}).resume();
