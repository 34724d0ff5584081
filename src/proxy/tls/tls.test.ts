import assert from 'node:assert/strict';
import { connect, type ConnectionOptions } from 'node:tls';
import { test, type TestContext } from 'node:test';
import { Redacted } from '../../base/index.ts';
import type { Certificate, Ir, Listener } from '../../ir/index.ts';
import { ecIssuedBy, selfSigned } from '../../../test/harness/certificates.ts';
import { createProxy, type Proxy } from '../index.ts';

const limit = { timeout: 30_000 };
const origin = { group: '', kind: 'Gateway', namespace: 'default', name: 'test' };

function certificate(names: readonly string[]): Certificate {
  const { certificate: chain, key } = selfSigned(names);
  return { chain, key: new Redacted(key), names, origin };
}

const certificates = { example: certificate(['example.com', '*.example.com']), other: certificate(['other.org']) };

function listener(hostname: string, certificates: readonly string[]): Listener {
  return { socket: 's', protocol: 'https', port: 443, hostname, certificates, hosts: [{ hostname, routes: [hostname] }], origin };
}

function irWith(listeners: Readonly<Record<string, Listener>>): Ir {
  return {
    sockets: { s: { address: '127.0.0.1', port: 0 } }, listeners,
    routes: Object.fromEntries(Object.values(listeners).map(({ hostname }) => [
      hostname, { match: { path: { kind: 'prefix' as const, value: '' } }, action: { kind: 'respond' as const, status: 200, because: `for ${hostname}` }, origin },
    ])),
    backends: {}, endpoints: {},
    certificates,
  };
}

async function serveTls(t: TestContext, ir: Ir): Promise<Proxy> {
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  await proxy.apply(ir);
  return proxy;
}

/** The subject of the certificate and the answer; or the error of the handshake. */
function ask(proxy: Proxy, servername: string, host: string, options: ConnectionOptions = {}): Promise<{ name?: string; answer: string }> {
  const { port } = proxy.bound()['s'] as { port: number };
  return new Promise((resolve, reject) => {
    let answer = '';
    let name = '';
    const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, ...options }, () => {
      name = String(socket.getPeerCertificate().subject.CN);
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (chunk: Buffer) => { answer += chunk.toString('latin1'); });
    socket.on('end', () => (name === '' ? reject(new Error('closed in the handshake')) : resolve({ name, answer })));
    socket.on('error', reject);
  });
}

const three = {
  exact: listener('a.example.com', ['other', 'example']), wild: listener('*.example.com', ['example']), org: listener('other.org', ['other']),
};

test('the server name chooses listener and certificate', limit, async (t) => {
  const proxy = await serveTls(t, irWith(three));
  const cases = [['a.example.com', 'example.com', 'for a.example.com'], ['b.example.com', 'example.com', 'for *.example.com'], ['other.org', 'other.org', 'for other.org']] as const;
  for (const [host, name, text] of cases) {
    const result = await ask(proxy, host, host);
    assert.equal(result.name, name);
    assert.match(result.answer, new RegExp(`^HTTP/1\\.1 200 [^]*${text.replaceAll('*', '\\*')}\n$`));
  }
});

test('a host of another listener is misdirected', limit, async (t) => {
  const proxy = await serveTls(t, irWith(three));
  assert.match((await ask(proxy, 'a.example.com', 'other.org')).answer, /^HTTP\/1\.1 421 /);
  assert.match((await ask(proxy, 'b.example.com', 'c.example.com')).answer, /^HTTP\/1\.1 200 /);
});

test('handshakes for names without listener or certificate fail, TLS 1.1 too', limit, async (t) => {
  const proxy = await serveTls(t, irWith({ ...three, bare: listener('bare.net', []) }));
  await assert.rejects(ask(proxy, 'unknown.net', 'unknown.net'));
  await assert.rejects(ask(proxy, 'bare.net', 'bare.net'));
  await assert.rejects(ask(proxy, 'other.org', 'other.org', { maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }));
  assert.ok(proxy.stats().tlsHandshakeFailures >= 2);
});

test('a client without server name gets the default certificate', limit, async (t) => {
  const proxy = await serveTls(t, irWith({ any: listener('', ['example']) }));
  const result = await ask(proxy, '', 'whatever.net');
  assert.equal(result.name, 'example.com');
  assert.match(result.answer, /^HTTP\/1\.1 200 /);
});

test('certificates are swapped without closing the port, and a bad one fails its listener alone', limit, async (t) => {
  const proxy = await serveTls(t, irWith({ any: listener('', ['example']) }));
  const before = proxy.bound();
  await proxy.apply(irWith({ any: listener('', ['other']) }));
  assert.deepEqual(proxy.bound(), before);
  assert.equal((await ask(proxy, 'x.net', 'x.net')).name, 'other.org');
  assert.equal((await ask(proxy, '', 'x.net')).name, 'other.org');
  const ir = irWith({ any: listener('', ['other']), bad: listener('bad.net', ['bad']) });
  const report = await proxy.apply({ ...ir, certificates: { ...ir.certificates, bad: { chain: 'x', key: new Redacted('y'), names: [], origin } } });
  assert.equal(report.listeners['any']?.state, 'serving');
  assert.equal(report.listeners['bad']?.state, 'failed');
});

test('the quickest of the strong ciphers goes first, whichever certificate is shown', limit, async (t) => {
  const proxy = await serveTls(t, irWith(three));
  const { port } = proxy.bound()['s'] as { port: number };
  for (const servername of ['a.example.com', 'other.org']) {
    const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false });
    await new Promise((resolve) => { socket.once('secureConnect', resolve); });
    assert.equal(socket.getCipher().standardName, 'TLS_AES_128_GCM_SHA256');
    socket.destroy();
  }
});

for (const [where, hostnames] of [['the first listener', ['two.test']], ['another listener', ['other.org', 'two.test']]] as const) {
  test(`of certificates with one name a client gets the one whose key type it can verify, on ${where}`, limit, async (t) => {
    const rsa = certificate(['two.test']);
    const issuer = selfSigned(['issuer.test']);
    const { certificate: chain, key } = ecIssuedBy(issuer, 'issuer.test', ['two.test']);
    const ir = irWith(Object.fromEntries(hostnames.map((it) => [it, listener(it, it === 'two.test' ? ['ec', 'rsa'] : ['other'])])));
    const proxy = await serveTls(t, { ...ir, certificates: { ...certificates, rsa, ec: { chain, key: new Redacted(key), names: ['two.test'], origin } } });
    const shownTo = (sigalgs: string, more: ConnectionOptions = {}): Promise<string> => new Promise((resolve, reject) => {
      const { port } = proxy.bound()['s'] as { port: number };
      const socket = connect({ port, host: '127.0.0.1', servername: 'two.test', rejectUnauthorized: false, sigalgs, ...more }, () => {
        resolve(socket.getPeerX509Certificate()?.publicKey.asymmetricKeyType ?? '');
        socket.destroy();
      });
      socket.on('error', reject);
    });
    assert.deepEqual([await shownTo('ECDSA+SHA256'), await shownTo('RSA-PSS+SHA256'), await shownTo('ECDSA+SHA256:RSA-PSS+SHA256')], ['ec', 'rsa', 'ec']);
    const old: ConnectionOptions = { maxVersion: 'TLSv1.2' };
    const suites = ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'];
    assert.deepEqual(await Promise.all(suites.map((ciphers) => shownTo('ECDSA+SHA256:RSA-PSS+SHA256', { ...old, ciphers }))), ['rsa', 'ec'], 'in TLS 1.2 the cipher suites have a say');
  });
}
