/** Backends that say what they got, and clients that ask once. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { TestContext } from 'node:test';
import type { Place } from '../../src/proxy/index.ts';
import { type Message, readBody, readHead, responseBodyEnd } from '../harness/http-message.ts';
import { Wire } from '../harness/wire.ts';

export interface Echo {
  readonly backend: string;
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
}

/** A backend that says what it got. */
export async function echo(t: TestContext, backend: string): Promise<number> {
  const server = createServer(({ method = '', url: target = '', rawHeaders: headers }, response) => response.end(JSON.stringify({ backend, method, target, headers } satisfies Echo)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.closeAllConnections(); server.close(); });
  return (server.address() as AddressInfo).port;
}

/** One request on a connection of its own. */
export async function ask({ address, port }: Place, text: string): Promise<Message> {
  const wire = new Wire(connect({ host: address, port }));
  wire.socket.write(text.replace(/\r\n\r\n$/, '\r\nconnection: close\r\n\r\n'), 'latin1');
  const head = await readHead(wire);
  const message = await readBody(wire, head, responseBodyEnd(head, false));
  wire.socket.destroy();
  return message;
}

/** Fields of the connection, and those that tell of the client and not of the route. */
const ofConnection = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-request-id']);

/** What the backend got beyond that, sorted. */
export function fieldsOf({ headers }: Echo): string[] {
  const pairsOf = headers.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), headers[index + 1] ?? ''] as const] : []));
  return pairsOf.filter(([name]) => !ofConnection.has(name)).map(([name, value]) => `${name}: ${value}`).sort();
}
