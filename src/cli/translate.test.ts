import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'yaml';
import { selfSigned } from '../../test/harness/certificates.ts';
import { tempFolder } from '../../test/harness/temp-folder.ts';
import { run } from './run.ts';

const pair = selfSigned(['example.test']);
const manifests = [
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pair' }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key } },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'web' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'pair' }] } }] } },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'cart' }, spec: { parentRefs: [{ name: 'web' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] } },
];

async function translated(t: TestContext, ...options: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const file = join(tempFolder(t), 'all.json');
  writeFileSync(file, manifests.map((it) => JSON.stringify(it)).join('\n---\n'));
  const said = { out: '', err: '' };
  const listen = (stream: 'stdout' | 'stderr', key: keyof typeof said): (() => void) => {
    const write = t.mock.method(process[stream], 'write', (part: string | Uint8Array) => {
      said[key] += String(part);
      return true;
    });
    return () => write.mock.restore();
  };
  const restore = [listen('stdout', 'out'), listen('stderr', 'err')];
  try {
    return { code: await run(['translate', ...options, file]), ...said };
  } finally {
    for (const back of restore) back();
  }
}

test('resources of Envoy are printed behind the objects that they are made of, without keys', async (t) => {
  const { code, out, err } = await translated(t);
  assert.equal(code, 0);
  assert.match(err, /refs-not-resolved/);
  const { listeners, routes, secrets } = parse(out) as Record<'listeners' | 'routes' | 'secrets', { readonly name: string; readonly virtual_hosts?: readonly { readonly routes: readonly { readonly direct_response?: object }[] }[] }[]>;
  assert.deepEqual([listeners.length, routes.length, secrets.map(({ name }) => name)], [1, 1, ['secret/default/pair']]);
  assert.deepEqual(routes[0]?.virtual_hosts?.[0]?.routes[0]?.direct_response, { status: 500 });
  assert.match(out, /# listener https of Gateway default\/web\n- name: /);
  assert.match(out, /# HTTPRoute default\/cart rules\[0\]\.matches\[0\]\n +- name: httproute\/default\/cart\/0\/0/);
  assert.ok(out.includes('[redacted]') && !out.includes('PRIVATE KEY'));
});

test('-o ir prints what both data planes are given', async (t) => {
  const { code, out } = await translated(t, '-o', 'ir');
  assert.equal(code, 0);
  assert.deepEqual(Object.keys(parse(out) as object).sort(), ['backends', 'certificates', 'endpoints', 'listeners', 'routes', 'sockets']);
  assert.equal(out.includes('PRIVATE KEY'), false);
});
