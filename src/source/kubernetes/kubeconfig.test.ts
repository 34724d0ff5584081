import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { accessOf, clusterAccess } from './kubeconfig.ts';

const folder = mkdtempSync(join(tmpdir(), 'postern-kubeconfig-'));
after(() => rmSync(folder, { recursive: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const config = {
  'current-context': 'b',
  contexts: [{ name: 'a', context: { cluster: 'one', user: 'cert' } }, { name: 'b', context: { cluster: 'two', user: 'token' } }, { name: 'c', context: { cluster: 'three' } }],
  clusters: [
    { name: 'one', cluster: { server: 'https://one.test:6443/prefix', 'certificate-authority-data': base64('CA'), 'tls-server-name': 'api' } },
    { name: 'two', cluster: { server: 'http://127.0.0.1:8001', 'insecure-skip-tls-verify': true } },
  ],
  users: [{ name: 'cert', user: { 'client-certificate-data': base64('CHAIN'), 'client-key': 'key.pem' } }, { name: 'token', user: { token: 'T' } }],
};

test('a context says where the server is, whom to trust and who we are; files are read beside the kubeconfig', async () => {
  writeFileSync(join(folder, 'key.pem'), 'KEY');
  const { token, ...access } = accessOf(config, join(folder, 'config'), 'a');
  assert.deepEqual(access, { server: new URL('https://one.test:6443/prefix'), ca: 'CA', serverName: 'api', certificate: { chain: 'CHAIN', key: 'KEY' } });
  assert.equal(await token(), undefined);
});

test('the current context counts where none is named', async () => {
  const { token, ...access } = accessOf(config, 'config');
  assert.deepEqual(access, { server: new URL('http://127.0.0.1:8001'), skipVerification: true });
  assert.equal(await token(), 'T');
});

test('what is missing is named', () => {
  assert.throws(() => accessOf(config, 'config', 'x'), { name: 'AccessError', message: 'config: no context "x"; it has a, b, c' });
  assert.throws(() => accessOf(config, 'config', 'c'), { message: 'config: context "c" names the cluster "three", which is not there' });
  assert.throws(() => accessOf(null, 'config'), { message: 'config: no context ""; it has none' });
});

test('a file that cannot be read is named, with what to do', async () => {
  const file = join(folder, 'missing');
  await assert.rejects(clusterAccess({ file }), { name: 'AccessError', message: `${file}: there is no such file; name a kubeconfig with --kubeconfig or $KUBECONFIG` });
});

test('a credential plugin gives the token, and is asked again when it runs out', async () => {
  const script = join(folder, 'plugin.mjs');
  writeFileSync(script, `
    import { appendFileSync, readFileSync } from 'node:fs';
    const calls = ${JSON.stringify(join(folder, 'calls'))};
    appendFileSync(calls, '+');
    const token = process.env.PREFIX + readFileSync(calls, 'utf8').length;
    console.log(JSON.stringify({ status: { token, expirationTimestamp: new Date(0).toISOString() } }));`);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [script], env: [{ name: 'PREFIX', value: 'token' }] };
  const { token } = accessOf({ ...config, users: [{ name: 'token', user: { exec } }] }, 'config');
  assert.deepEqual([await token(), await token()], ['token1', 'token2']);
});
