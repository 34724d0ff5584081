/** Before anything is measured: does this proxy really do the work? */
import { Agent, request } from 'node:http';
import { isIP } from 'node:net';
import { probePath, type RequestLine, type RouteEntry } from './route-table.ts';
import type { RunningPeer } from './peers/peer.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Throws with a reason unless the proxy forwards, adds its headers, keeps connections to the backend, and has a table of routes. */
export async function probe(name: string, peer: RunningPeer, routes: readonly RouteEntry[], requests: readonly RequestLine[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    for (const wanted of requests) expect(name, (await get(peer, agent, wanted)).status === 200, `${wanted.host}${wanted.path} is not answered with 200`);
    const { host } = routes[0]!;
    const seen = new Map((await get(peer, agent, { host, path: probePath })).body.split('\n').map((line) => line.split('=') as [string, string]));
    expect(name, seen.get('host') === host, 'the backend does not see the Host of the client');
    // Envoy writes the machine's own address for a loopback client, so any single address will do.
    expect(name, isIP(seen.get('http_x_forwarded_for') ?? '') !== 0, `X-Forwarded-For is not an address: ${seen.get('http_x_forwarded_for')}`);
    expect(name, seen.get('http_x_forwarded_proto') === 'http', 'X-Forwarded-Proto is missing');
    expect(name, (seen.get('http_x_request_id') ?? '').length >= 16, 'a request id is missing');
    expect(name, Number(seen.get('connection_requests')) > 1, 'the connection to the backend is not used again');
    expect(name, (await get(peer, agent, { host: 'nobody.example.com', path: probePath })).status === 404, 'an unknown host is not answered with 404');
    expect(name, (await get(peer, agent, { host, path: '/nothing/here' })).status === 404, 'an unknown path is not answered with 404');
  } finally {
    agent.destroy();
  }
}

function expect(name: string, holds: boolean, complaint: string): void {
  if (!holds) throw new Error(`${name} is not ready to be measured: ${complaint}`);
}

function get(peer: RunningPeer, agent: Agent, wanted: RequestLine): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: peer.address, port: peer.port, path: wanted.path, headers: { host: wanted.host }, agent, timeout: 10_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => { body += part; }).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode!, body }));
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer within 10 s for ${wanted.host}${wanted.path}`)));
    sent.on('error', reject);
    sent.end();
  });
}
