/** Before anything is measured: does this proxy really do the work? */
import { isIP } from 'node:net';
import { openClient, type Client } from './probe-client.ts';
import { hasTls, type RunningPeer } from './peers/peer.ts';
import { probePath, type RequestLine, type RouteEntry } from './route-table.ts';
import type { Workload } from './workloads.ts';

/** Throws with a reason unless the proxy forwards, adds its headers, keeps connections to the backend, and has a table of routes. */
export async function probe(name: string, peer: RunningPeer, subject: { readonly workload: Workload; readonly routes: readonly RouteEntry[]; readonly requests: readonly RequestLine[] }): Promise<void> {
  const { workload, routes, requests } = subject;
  // Echoes are probed by their load: it counts what does not come back.
  if (workload.load.tool === 'echo') return;
  const client = openClient(peer, workload.front);
  const expect = (holds: boolean, complaint: string): void => {
    if (!holds) throw new Error(`${name} is not ready to be measured: ${complaint}`);
  };
  try {
    for (const wanted of requests) {
      const answer = await client.get(wanted, workload.backend === 'grpc');
      expect(answer.status === 200, `${wanted.host}${wanted.path} is answered with ${answer.status}, not with 200`);
      if (workload.backend === 'grpc') expect(answer.grpcStatus === '0', `${wanted.path} ends with grpc-status ${answer.grpcStatus}`);
    }
    if (workload.backend === 'http' && workload.front !== 'tcp') await probeHttp(client, routes[0]!.host, { expect, scheme: hasTls({ workload }) ? 'https' : 'http' });
  } finally {
    client.close();
  }
}

interface Judge {
  expect(holds: boolean, complaint: string): void;
  readonly scheme: string;
}

async function probeHttp(client: Client, host: string, { expect, scheme }: Judge): Promise<void> {
  const { body } = await client.get({ host, path: probePath });
  const seen = new Map(body.split('\n').map((line) => line.split('=') as [string, string]));
  expect(seen.get('host') === host, 'the backend does not see the Host of the client');
  // Envoy writes the machine's own address for a loopback client, so any single address will do.
  expect(isIP(seen.get('http_x_forwarded_for') ?? '') !== 0, `X-Forwarded-For is not an address: ${seen.get('http_x_forwarded_for')}`);
  expect(seen.get('http_x_forwarded_proto') === scheme, `X-Forwarded-Proto is not ${scheme}`);
  expect((seen.get('http_x_request_id') ?? '').length >= 16, 'a request id is missing');
  expect(Number(seen.get('connection_requests')) > 1, 'the connection to the backend is not used again');
  expect((await client.get({ host: 'nobody.example.com', path: probePath })).status === 404, 'an unknown host is not answered with 404');
  expect((await client.get({ host, path: '/nothing/here' })).status === 404, 'an unknown path is not answered with 404');
}
