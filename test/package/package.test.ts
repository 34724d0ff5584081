/** The tarball that users get: packed, installed alone, and run with nothing but its own Node. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'postern-package-'));
const program = join(folder, 'node_modules/postern/dist/bin/main.js');
let packed: string[] = [];

before(() => {
  const [tarball] = JSON.parse(execFileSync('npm', ['pack', '--json', '--silent', '--pack-destination', folder], { cwd: root, encoding: 'utf8' })) as { filename: string; files: { path: string }[] }[];
  packed = tarball!.files.map((it) => it.path);
  writeFileSync(join(folder, 'package.json'), '{"private": true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, tarball!.filename)], { cwd: folder, stdio: 'pipe' });
});

after(() => rmSync(folder, { recursive: true, force: true }));

test('holds compiled JavaScript, its types and the example, and neither sources nor tests', () => {
  for (const path of ['dist/bin/main.js', 'dist/console/console.js', 'dist/console/console.css', 'dist/ir/index.d.ts', 'examples/bookinfo/gateway.yaml', 'README.md', 'LICENSE']) assert.ok(packed.includes(path), path);
  assert.deepEqual(packed.filter((it) => /\.test\.|\/testing\/|^src\/|^test\/|\.tsbuildinfo$/.test(it)), []);
  assert.ok(!readdirSync(join(folder, 'node_modules')).includes('typescript'));
});

test('says its version and lints', () => {
  assert.match(execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' }), /^\d+\.\d+\.\d+\n$/);
  assert.match(execFileSync(process.execPath, [program, 'lint', join(root, 'examples/bookinfo')], { encoding: 'utf8' }), /no findings/);
});

test('is a plugin of kubectl too, has its manual page, and what explains words and describes kinds', () => {
  assert.match(execFileSync(process.execPath, [join(folder, 'node_modules/.bin/kubectl-postern'), '--help'], { encoding: 'utf8' }), /Usage: kubectl postern/);
  assert.ok(packed.includes('dist/man/postern.1'));
  assert.match(execFileSync(process.execPath, [program, 'explain', 'shadowed-rule'], { encoding: 'utf8' }), /^shadowed-rule \(docs\/findings\.md\)/);
  assert.ok(Object.keys((JSON.parse(execFileSync(process.execPath, [program, 'schema'], { encoding: 'utf8', maxBuffer: 1 << 26 })) as { definitions: object }).definitions).length > 15);
  assert.match(execFileSync(process.execPath, [program, 'man'], { encoding: 'utf8', maxBuffer: 1 << 26 }), /^\.TH POSTERN 1/);
});

test('has the manifests that postern install applies', () => {
  const text = execFileSync(process.execPath, [program, 'install', '--gateway-api', '--dry-run'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  for (const kind of ['Namespace', 'CustomResourceDefinition', 'ClusterRole', 'Deployment', 'GatewayClass']) assert.match(text, new RegExp(`^kind: ${kind}$`, 'm'));
  assert.match(text, /^ {2}name: httproutes\.gateway\.networking\.k8s\.io$/m);
});

for (const flags of [[], ['--workers', '2']]) {
  test(`serves the example ${flags.join(' ')}`, async () => {
    const child = spawn(process.execPath, [program, 'serve', join(root, 'examples/bookinfo'), '--demo', '--pool', '127.0.61.0/24', '-o', 'json', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const lines = createInterface({ input: child.stdout });
      const said = lines[Symbol.asyncIterator]();
      const { value } = await said.next() as { value: string };
      const { address, port } = (JSON.parse(value) as { gateways: { listeners: { bound: { address: string; port: number } }[] }[] }).gateways[0]!.listeners[0]!.bound;
      const response = await fetch(`http://${address}:${port}/details/1`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('x-echo-app'), 'details');
      const admin = JSON.parse((await said.next() as { value: string }).value) as { event: string; port: number };
      assert.equal(admin.event, 'admin');
      const script = await fetch(`http://127.0.0.1:${admin.port}/console/console.js`);
      assert.deepEqual([script.status, script.headers.get('content-type')], [200, 'text/javascript; charset=utf-8']);
      assert.ok('verdict' in (await (await fetch(`http://127.0.0.1:${admin.port}/console/api/overview`)).json() as object));
    } finally {
      const ended = new Promise((settle) => child.once('exit', settle));
      child.kill('SIGTERM');
      assert.equal(await ended, 0);
    }
  });
}
