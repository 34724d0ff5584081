/** What an explanation says of handshakes, hosts and connections equals what comes back from the proxy on real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect as connectPlain, createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { connect } from 'node:tls';
import { explainRequest, type Known, readAsked, type RequestExplanation } from '../../src/explain/index.ts';
import { createProxy, rehearse, rehearseConnection, type Place } from '../../src/proxy/index.ts';
import { authority, issuedBy, type KeyPair, selfSigned } from '../harness/certificates.ts';
import { knownFrom } from './known.ts';

const patience = { timeout: 60_000 };
const api = 'gateway.networking.k8s.io/v1';
const plane = { rehearse, rehearseConnection };

function secret(name: string, { certificate, key }: KeyPair): object {
  return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name, namespace: 'default' }, stringData: { 'tls.crt': certificate, 'tls.key': key } };
}

function gateway(listeners: readonly object[], frontend?: object): object {
  return { apiVersion: api, kind: 'Gateway', metadata: { name: 'g', namespace: 'default' }, spec: { gatewayClassName: 'postern', listeners, ...(frontend === undefined ? {} : { tls: { frontend } }) } };
}

function https(name: string, hostname: string, certificate: string): object {
  return { name, hostname, port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: certificate }] } };
}

/** Answers 302 without a backend. */
const redirecting = {
  apiVersion: api, kind: 'HTTPRoute', metadata: { name: 'r', namespace: 'default' },
  spec: { parentRefs: [{ name: 'g' }], rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/in' } }], filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'to.example' } }] }] },
};

/** The proxy with what is known, at ports of the kernel. */
async function served(t: TestContext, known: Known): Promise<Place> {
  const proxy = createProxy({ causeHeader: true });
  t.after(() => proxy.close(0));
  const sockets = Object.fromEntries(Object.entries(known.ir.sockets).map(([key, socket]) => [key, { ...socket, address: '127.0.0.1', port: 0 }]));
  await proxy.apply({ ...known.ir, sockets });
  const [place] = Object.values(proxy.bound());
  assert.ok(place !== undefined);
  return place;
}

interface Shown {
  readonly serverName: string;
  readonly host: string;
  readonly path: string;
  readonly client?: KeyPair;
}

/** The status and cause of an answer, or `closed`. */
async function answerTo({ serverName, host, path, client }: Shown, { address, port }: Place): Promise<string> {
  const socket = connect({ host: address, port, rejectUnauthorized: false, ...(serverName === '' ? {} : { servername: serverName }), ...(client === undefined ? {} : { cert: client.certificate, key: client.key }) });
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => { text += part; });
  // With TLS 1.3 a client hears only after its own part of the handshake that its certificate is refused.
  socket.on('error', () => socket.destroy());
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
  await new Promise((resolve) => { socket.once('close', resolve); });
  const cause = /\r\nx-postern-cause: ([^\r]*)/.exec(text)?.[1];
  return text === '' ? 'closed' : `${text.split(' ')[1]}${cause === undefined ? '' : ` ${cause}`}`;
}

function saidOf({ status, code }: RequestExplanation): string {
  return status === undefined ? 'closed' : `${status}${code === undefined ? '' : ` ${code}`}`;
}

function explained(known: Known, { serverName, host, path, client }: Shown): RequestExplanation {
  const asked = readAsked({ method: 'GET', url: `https://${host}${path}`, headers: [], serverName, ...(client === undefined ? {} : { clientCertificate: client.certificate }) });
  assert.ok(typeof asked !== 'string');
  return explainRequest(asked, known, plane);
}

test('server names, hosts and certificates', patience, async (t) => {
  const known = knownFrom([
    gateway([https('a', 'a.example', 'a'), https('b', '*.b.example', 'b'), https('c', 'c.example', 'missing')]), redirecting,
    secret('a', selfSigned(['a.example'])), secret('b', selfSigned(['*.b.example'])),
  ]);
  const place = await served(t, known);
  const seen = new Set<string>();
  for (const serverName of ['a.example', 'x.b.example', 'c.example', 'nobody.org', '']) {
    for (const host of ['a.example', 'x.b.example', 'c.example', 'nobody.org']) {
      for (const path of ['/in', '/out']) {
        const shown = { serverName, host, path };
        const said = saidOf(explained(known, shown));
        assert.equal(said, await answerTo(shown, place), JSON.stringify(shown));
        seen.add(said);
      }
    }
  }
  assert.deepEqual([...seen].sort(), ['302', '404 no-listener', '404 no-route', '421 misdirected', 'closed']);
});

test('what clients must show', patience, async (t) => {
  const good = authority('clients.example');
  const clients = { none: undefined, good: issuedBy(good, 'clients.example', ['client.example']), stranger: selfSigned(['client.example'], 'client') };
  const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'clients', namespace: 'default' }, data: { 'ca.crt': good.certificate } };
  const said: string[] = [];
  for (const mode of ['AllowValidOnly', 'AllowInsecureFallback']) {
    const known = knownFrom([
      gateway([https('a', 'a.example', 'a')], { default: { validation: { mode, caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'clients' }] } } }),
      redirecting, secret('a', selfSigned(['a.example'])), configMap,
    ]);
    const place = await served(t, known);
    for (const [name, client] of Object.entries(clients)) {
      const shown = { serverName: 'a.example', host: 'a.example', path: '/in', ...(client === undefined ? {} : { client }) };
      const explanation = explained(known, shown);
      assert.equal(saidOf(explanation), await answerTo(shown, place), `${mode} ${name}`);
      said.push(explanation.code ?? 'fine');
    }
  }
  assert.deepEqual(said, ['client-certificate-missing', 'fine', 'client-certificate-refused', 'fine', 'fine', 'fine']);
});

test('connections by port and by server name', patience, async (t) => {
  const backend = createServer((socket) => socket.end('hello'));
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  t.after(() => backend.close());
  const { port } = backend.address() as AddressInfo;
  const ports = (name: string): object[] => [
    { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }] } },
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } }, ports: [{ port }], endpoints: name === 'empty' ? [] : [{ addresses: ['127.0.0.1'] }] },
  ];
  for (const [name, fate] of [['full', 'hello'], ['empty', 'closed no-endpoint'], ['absent', 'closed backend-not-found']] as const) {
    const route = { apiVersion: api, kind: 'TCPRoute', metadata: { name: 'r', namespace: 'default' }, spec: { parentRefs: [{ name: 'g' }], rules: [{ backendRefs: [{ name, port: 80 }] }] } };
    const known = knownFrom([gateway([{ name: 'db', port: 5432, protocol: 'TCP' }]), route, ...ports('full'), ...ports('empty')]);
    const place = await served(t, known);
    const socket = connectPlain({ host: place.address, port: place.port });
    let text = '';
    socket.on('error', () => socket.destroy()).on('data', (part: Buffer) => { text += part.toString(); });
    await new Promise((resolve) => { socket.once('close', resolve); });
    const asked = readAsked({ method: 'GET', url: 'tcp://127.0.10.1:5432', headers: [] });
    assert.ok(typeof asked !== 'string');
    const { answer } = explainRequest(asked, known, plane);
    assert.equal(answer.startsWith('goes to') ? 'hello' : answer, fate);
    assert.equal(text, fate === 'hello' ? 'hello' : '');
  }
});

test('terms of listeners that share a port: without a server name those of all must be met', patience, async (t) => {
  const on = (listener: object, options: object): object => ({ ...listener, tls: { ...(listener as { tls: object }).tls, options } });
  for (const [options, expected] of [[{ 'postern.dev/tls-max-version': '1.2' }, 'closed'], [{ 'postern.dev/alpn': 'http/1.1' }, '302']] as const) {
    const known = knownFrom([
      gateway([on(https('a', 'a.example', 'a'), { 'postern.dev/tls-min-version': '1.3' }), on(https('b', 'b.example', 'b'), options)]), redirecting,
      secret('a', selfSigned(['a.example'])), secret('b', selfSigned(['b.example'])),
    ]);
    const place = await served(t, known);
    for (const serverName of ['a.example', 'b.example', '']) {
      const shown = { serverName, host: serverName || 'a.example', path: '/in' };
      const said = saidOf(explained(known, shown));
      assert.equal(said, await answerTo(shown, place), JSON.stringify(shown));
      assert.equal(said, serverName === '' ? expected : '302');
    }
  }
});
