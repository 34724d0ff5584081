/** ExternalAuth over gRPC through a real Envoy; skipped where there is none. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingHttpHeaders, request } from 'node:http';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { AuthFilter, Ir } from '../../src/ir/index.ts';
import { readMessage, writeMessage } from '../../src/proxy/filter/external-auth/check-messages.test.ts';
import { grpcFrame } from '../../src/wire/index.ts';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { EnvoyPlane } from '../harness/envoy-plane.ts';

const binary = envoyBinary();
const limit = { timeout: 60_000, skip: binary === undefined ? howToGetEnvoy : false };
const address = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.1`;
const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'r' };

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server of `Check`, and a backend that notes what it gets. */
async function servers(t: TestContext, response: object): Promise<{ readonly ports: { readonly auth: number; readonly main: number }; readonly asked: Asked[]; readonly seen: IncomingHttpHeaders[] }> {
  const [asked, seen]: [Asked[], IncomingHttpHeaders[]] = [[], []];
  const auth = createServer();
  auth.on('stream', (stream: ServerHttp2Stream) => {
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => {
      const { attributes } = readMessage('CheckRequest', Buffer.concat(pieces).subarray(5)) as { readonly attributes: { readonly request: { readonly http: Asked } } };
      asked.push(attributes.request.http);
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(grpcFrame(writeMessage('CheckResponse', response)));
    });
  });
  const main = createHttpServer(({ headers }, answer) => {
    seen.push(headers);
    answer.end('ok');
  });
  for (const server of [auth, main]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
  }
  return { ports: { auth: (auth.address() as AddressInfo).port, main: (main.address() as AddressInfo).port }, asked, seen };
}

function guarded({ auth, main }: { readonly auth: number; readonly main: number }, changes: Partial<AuthFilter> = {}): Ir {
  const filter: AuthFilter = { kind: 'auth', protocol: 'grpc', backend: 'auth', host: 'auth.default', pathPrefix: '', requestHeaders: 'all', responseHeaders: 'all', bodyBytes: 0, ...changes };
  return {
    sockets: { s: { address, port: 8080 } }, certificates: {},
    listeners: { l: { socket: 's', protocol: 'http', port: 8080, hostname: '', hosts: [{ hostname: '', routes: ['r'] }], origin } },
    routes: { r: { match: { path: { kind: 'prefix', value: '' } }, action: { kind: 'forward', filters: [filter], targets: [{ weight: 1, to: { kind: 'backend', backend: 'main' }, filters: [] }] }, origin } },
    backends: { auth: { protocol: 'h2c', origin }, main: { protocol: 'http1', origin } },
    endpoints: { auth: [{ address: '127.0.0.1', port: auth, ready: true }], main: [{ address: '127.0.0.1', port: main, ready: true }] },
  };
}

async function ask(headers: Readonly<Record<string, string>>, body?: string): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }> {
  const sent = request({ host: address, port: 8080, path: '/a?b=1', method: body === undefined ? 'GET' : 'POST', headers: { host: 'a.test', ...headers }, agent: false });
  sent.end(body);
  const [response] = await once(sent, 'response') as [import('node:http').IncomingMessage];
  let text = '';
  for await (const piece of response.setEncoding('utf8')) text += piece as string;
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

async function served(t: TestContext, response: object, changes?: Partial<AuthFilter>): ReturnType<typeof servers> {
  const all = await servers(t, response);
  const plane = new EnvoyPlane(binary!);
  t.after(() => plane.stop());
  await plane.apply(guarded(all.ports, changes));
  return all;
}

test('a call of Check shows the request, and OK lets it go on with the changes of the answer', limit, async (t) => {
  const option = (key: string, value: string): object => ({ header: { key, value } });
  const { asked, seen } = await served(t, { status: {}, okResponse: {
    headers: [option('x-user', 'ann'), option('host', 'evil.test'), option('transfer-encoding', 'chunked')], headersToRemove: ['authorization'], responseHeadersToAdd: [option('x-seen', 'yes')],
  } });
  const answer = await ask({ authorization: 'Bearer x', 'x-user': 'root' });
  assert.deepEqual([answer.status, answer.text, answer.headers['x-seen']], [200, 'ok', 'yes']);
  assert.deepEqual([asked[0]?.method, asked[0]?.path], ['GET', '/a?b=1']);
  assert.deepEqual([seen[0]?.host, seen[0]?.['x-user'], seen[0]?.['authorization'], seen[0]?.['transfer-encoding']], ['a.test', 'ann', undefined, undefined]);
});

test('a refusal is the client\'s, with status, headers and body', limit, async (t) => {
  const { seen } = await served(t, { status: { code: 7 }, deniedResponse: { status: { code: 401 }, headers: [{ header: { key: 'www-authenticate', value: 'Basic' } }], body: 'who are you?' } });
  const answer = await ask({});
  assert.deepEqual([answer.status, answer.headers['www-authenticate'], answer.text, seen.length], [401, 'Basic', 'who are you?', 0]);
});

test('the body goes along up to its limit, and a larger one is refused', limit, async (t) => {
  const { asked, seen } = await served(t, { status: {}, okResponse: {} }, { bodyBytes: 8 });
  assert.equal((await ask({}, 'short')).status, 200);
  assert.equal(seen.length, 1);
  assert.equal(asked[0]?.body, 'short');
  assert.equal((await ask({}, 'much too long for it')).status, 413);
  assert.equal(seen.length, 1);
});
