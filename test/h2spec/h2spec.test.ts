/** The conformance suite of HTTP/2 (h2spec) against the proxy, in plain text and over TLS: `npm run h2spec`. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Redacted } from '../../src/base/index.ts';
import type { Ir } from '../../src/ir/index.ts';
import { createProxy } from '../../src/proxy/index.ts';
import { irFor, politeBackend } from '../behaviour/hostile/rig.ts';
import { selfSigned } from '../harness/certificates.ts';
import { findH2spec } from './find-program.ts';
import { readReport, type Verdict } from './report.ts';

const program = await findH2spec();
const skip = 'missing' in program ? program.missing : false;
/** The port in plain text speaks HTTP/1.1 too: what does not begin with the preface is a malformed request there, and is told so. */
const knownInPlainText = ['http2/3.5 Sends invalid connection preface'];

async function overTls(ir: Ir): Promise<Ir> {
  const { certificate: chain, key } = selfSigned(['localhost']);
  const origin = { group: '', kind: 'Secret', namespace: 'default', name: 'h2spec' };
  const web = ir.listeners['web'];
  assert.ok(web !== undefined);
  return {
    ...ir, listeners: { web: { ...web, protocol: 'https', certificates: ['main'] } },
    certificates: { main: { chain, key: new Redacted(key), names: ['localhost'], origin } },
  };
}

async function runH2spec(t: TestContext, ir: Ir, flags: readonly string[]): Promise<Verdict[]> {
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  assert.deepEqual((await proxy.apply(ir)).listeners, { web: { state: 'serving' } });
  const folder = await mkdtemp(join(tmpdir(), 'h2spec-'));
  t.after(() => rm(folder, { recursive: true }));
  const { port } = proxy.bound()['web'] as { port: number };
  const report = join(folder, 'report.xml');
  const path = 'path' in program ? program.path : '';
  // It ends with 1 where a test failed; the report says which.
  await new Promise<void>((resolve) => {
    execFile(path, ['--port', String(port), '--path', '/big', '--timeout', '10', '--junit-report', report, '--strict', ...flags], { maxBuffer: 1 << 24 }, () => resolve());
  });
  return readReport(await readFile(report, 'utf8'));
}

function check(verdicts: readonly Verdict[], known: readonly string[]): void {
  assert.ok(verdicts.length > 140, `only ${verdicts.length} tests ran`);
  const failed = verdicts.filter(({ problem }) => problem !== undefined);
  assert.deepEqual(failed.filter(({ name }) => !known.includes(name)).map(({ name, problem }) => `${name}: ${problem}`), []);
  assert.deepEqual(failed.map(({ name }) => name), known, 'what is known to differ differs');
}

test('h2spec, by prior knowledge', { timeout: 240_000, skip }, async (t) => {
  const ir = irFor({ endpoints: [{ address: '127.0.0.1', port: await politeBackend(t), ready: true }] });
  check(await runH2spec(t, ir, []), knownInPlainText);
});

test('h2spec, over TLS', { timeout: 240_000, skip }, async (t) => {
  const ir = irFor({ endpoints: [{ address: '127.0.0.1', port: await politeBackend(t), ready: true }] });
  check(await runH2spec(t, await overTls(ir), ['--tls', '--insecure']), []);
});

test('a report is read', () => {
  const xml = '<testsuites><testsuite><testcase package="a/1" classname="x &amp; y" time="0.1"></testcase><testcase package="a/2" classname="z"><failure>A&#xA;B</failure></testcase></testsuite></testsuites>';
  assert.deepEqual(readReport(xml), [{ name: 'a/1 x & y', problem: undefined, isSkipped: false }, { name: 'a/2 z', problem: 'A B', isSkipped: false }]);
});
