import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { selfSigned } from '../../test/harness/certificates.ts';

const pair = selfSigned(['example.test']);
const manifests = [
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pair' }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': pair.certificate, 'tls.key': pair.key } },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'web' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'pair' }] } }] } },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'cart' }, spec: { parentRefs: [{ name: 'web' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] } },
];

function translated(...options: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const input = manifests.map((it) => JSON.stringify(it)).join('\n---\n');
  const { status: code, stdout: out, stderr: err } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), 'translate', '-', ...options], { input, encoding: 'utf8' });
  return { code, out, err };
}

test('resources of Envoy are printed behind the objects that they are made of, without keys', () => {
  const { code, out, err } = translated();
  assert.equal(code, 0);
  assert.match(err, /refs-not-resolved/);
  const { listeners, routes, secrets } = parse(out) as Record<'listeners' | 'routes' | 'secrets', { readonly name: string; readonly virtual_hosts?: readonly { readonly routes: readonly { readonly direct_response?: object }[] }[] }[]>;
  assert.deepEqual([listeners.length, routes.length, secrets.map(({ name }) => name)], [1, 1, ['secret/default/pair']]);
  assert.deepEqual(routes[0]?.virtual_hosts?.[0]?.routes[0]?.direct_response, { status: 500 });
  assert.match(out, /# listener https of Gateway default\/web\n- name: /);
  assert.match(out, /# HTTPRoute default\/cart rules\[0\]\.matches\[0\]\n +- name: httproute\/default\/cart\/0\/0/);
  assert.ok(out.includes('[redacted]') && !out.includes('PRIVATE KEY'));
});

test('-o ir prints what both data planes are given', () => {
  const { code, out } = translated('-o', 'ir');
  assert.equal(code, 0);
  assert.deepEqual(Object.keys(parse(out) as object).sort(), ['backends', 'certificates', 'endpoints', 'listeners', 'routes', 'sockets']);
  assert.equal(out.includes('PRIVATE KEY'), false);
});
