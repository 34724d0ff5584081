import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { tempFolder } from '../../../test/harness/temp-folder.ts';
import { openAdmin } from '../../admin/index.ts';
import { selfSigned } from '../../xds/index.ts';
import { said } from '../testing/said.ts';
import { Redactor, withoutSecrets } from './redact.ts';
import { tarGz } from './tar.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const patience = { timeout: 60_000 };

/** Every piece of a secret that is long enough to be no accident. */
function pieces(secret: string): string[] {
  const length = 12;
  return Array.from({ length: Math.max(1, secret.length - length + 1) }, (_, at) => secret.slice(at, at + length)).filter((it) => !it.includes('-----'));
}

test('no byte of a key gets into the archive, wherever it stands', patience, async (t) => {
  const folder = tempFolder(t);
  const { certificate, key } = selfSigned(['shop.example.com'], 90, new Date());
  const other = selfSigned(['lost.example.com'], 90, new Date()).key;
  const password = 'correct horse battery staple';
  const secret = (name: string, more: object): object => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(more), kept: 'yes' } }, ...more });
  const route = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r', annotations: { note: `the password is ${password}`, pasted: base64(key) } }, spec: { hostname: 'a.example' } };
  writeFileSync(join(folder, 'secrets.json'), [
    secret('tls', { type: 'kubernetes.io/tls', data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) } }),
    secret('login', { stringData: { password }, data: { again: base64(password) } }), secret('odd', { data: 'not a map' }),
  ].map((it) => JSON.stringify(it)).join('\n'));
  writeFileSync(join(folder, 'route.yaml'), `# a comment that stays\n${JSON.stringify(route)}\n`);
  writeFileSync(join(folder, 'notes.yaml'), `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: notes}\ndata:\n  key: |\n${other.replaceAll(/^/gm, '    ')}\n`);
  writeFileSync(join(folder, 'broken.yaml'), `apiVersion: v1\nkind: Secret\nmetadata: {name: broken\ndata:\n\ttls.key: ${base64(other)}\n`);
  const token = 'Bearer of-a-filter';
  const running = { listeners: { note: key, password }, routes: { r: { set: [{ name: 'authorization', value: token }], note: `was ${token}`, from: 'postgres://me:hunter2@db/x' } } };
  const admin = await openAdmin({ metrics: () => Promise.resolve([]), readiness: () => 'starting', statuses: () => [], objects: () => [], configuration: () => running }, { address: '127.0.0.1', port: 0 });
  t.after(() => admin.close());
  const file = join(folder, 'report.tar.gz');
  const { code, err } = await said(t, 'bundle', '-f', folder, '--admin', `127.0.0.1:${admin.place.port}`, '-o', file);
  assert.deepEqual([code, err], [0, '']);

  const text = gunzipSync(readFileSync(file)).toString('latin1');
  for (const [what, hidden] of Object.entries({ key, 'key in base64': base64(key), other, 'other in base64': base64(other), 'password in base64': base64(password) })) {
    const found = hidden.split('\n').filter((line) => line.length >= 12 && !line.startsWith('-----')).flatMap(pieces).filter((it) => text.includes(it));
    assert.deepEqual(found, [], what);
  }
  assert.ok(!text.includes(token) && !text.includes('hunter2') && text.includes('postgres://me:REDACTED@db/x'));
  // A running program is trusted to leave keys out, and a password of a file is known only beside it.
  const outside = text.replace(/"password":[^\n]*/g, '');
  assert.ok(!outside.includes(password));

  const names = execFileSync('tar', ['tzf', file], { encoding: 'utf8' }).split('\n').map((it) => it.replace(/^[^/]*\//, '').replace(/^manifests\/.*\//, 'manifests/'));
  for (const wanted of ['README.txt', 'about.json', 'lint.txt', 'status.txt', 'manifests/route.yaml', 'manifests/secrets.json.without-secrets.yaml', 'manifests/broken.yaml.left-out.txt', 'running/readyz.txt', 'running/config.json', 'running/metrics.txt']) assert.ok(names.includes(wanted), wanted);
  const shown = (name: string): string => execFileSync('tar', ['xzOf', file, '--wildcards', `*/${name}`], { encoding: 'utf8' });
  assert.match(shown('route.yaml'), /^# a comment that stays\n/);
  assert.match(shown('secrets.json.without-secrets.yaml'), /tls\.crt: REDACTED \(\d+ bytes; certificate for DNS:shop\.example\.com, from .* to .*\)/);
  assert.match(shown('lint.txt'), /unknown field "spec\.hostname"/);
  assert.match(shown('readyz.txt'), /503/);
  assert.match(shown('about.json'), /"postern": "\d/);
});

test('without anything to put in it is wrong usage; a program that was named must answer', async (t) => {
  assert.match((await said(t, 'bundle', '-f', 'no/such')).err, /no\/such does not exist/);
  assert.match((await said(t, 'bundle', './manifests')).err, /name manifests with -f/);
  assert.match((await said(t, 'bundle', '--admin', '127.0.0.1:1')).err, /--admin 127\.0\.0\.1:1/);
});

test('the archive is one that tar reads, with long names too', (t) => {
  const folder = tempFolder(t);
  const long = `${'d'.repeat(80)}/${'e'.repeat(60)}/${'f'.repeat(90)}.txt`;
  const files = [{ path: 'a.txt', text: 'x'.repeat(512) }, { path: 'empty.txt', text: '' }, { path: long, text: 'žluť\n' }];
  writeFileSync(join(folder, 'x.tar.gz'), tarGz(files, Date.parse('2026-01-02T03:04:05Z')));
  assert.deepEqual(execFileSync('tar', ['tzf', join(folder, 'x.tar.gz')], { encoding: 'utf8' }).trimEnd().split('\n'), files.map(({ path }) => path));
  assert.equal(execFileSync('tar', ['xzOf', join(folder, 'x.tar.gz'), long], { encoding: 'utf8' }), 'žluť\n');
  assert.match(execFileSync('tar', ['tvzf', join(folder, 'x.tar.gz'), '--utc'], { encoding: 'utf8' }), /-rw-r--r-- .* 512 2026-01-02 03:04 a\.txt/);
});

test('an object of another kind stays, but for copies of it', () => {
  const object = { kind: 'HTTPRoute', metadata: { name: 'r', managedFields: [1], annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' } }, spec: { a: 1 } };
  assert.deepEqual(withoutSecrets(object), { kind: 'HTTPRoute', metadata: { name: 'r' }, spec: { a: 1 } });
  const redactor = new Redactor();
  redactor.learn({ kind: 'Secret', data: { short: base64('abc'), long: base64('abcdefgh') } });
  assert.equal(redactor.clean('abc abcdefgh YWJjZGVmZ2g='), 'abc REDACTED REDACTED');
});

test('what variables, headers and keys hold whose names sound like a credential goes wherever it stands', () => {
  const redactor = new Redactor();
  redactor.learn({ kind: 'Deployment', spec: { template: { spec: { containers: [{ env: [{ name: 'DB_PASSWORD', value: 'hunter2-and-more' }, { name: 'REGION', value: 'north-west' }] }] } } } });
  redactor.learn({ kind: 'ConfigMap', data: { 'api-key': 'abcd-efgh-ijkl', colour: 'ultramarine' } });
  redactor.learn({ kind: 'HTTPRoute', spec: { rules: [{ filters: [{ requestHeaderModifier: { set: [{ name: 'Authorization', value: 'Bearer of-news' }] } }] }] } });
  assert.equal(redactor.clean('hunter2-and-more north-west abcd-efgh-ijkl ultramarine Bearer of-news'), 'REDACTED north-west REDACTED ultramarine REDACTED');
});
