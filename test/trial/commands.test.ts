/** `postern test` and `postern diff` as programs: exit codes, revisions of git, standard input, watching. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../harness/temp-folder.ts';

const program = join(import.meta.dirname, '../../src/cli/main.ts');

interface Ran {
  readonly code: number | null;
  readonly text: string;
  readonly complaint: string;
}

function postern(cwd: string, words: readonly string[], input = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { cwd, input, encoding: 'utf8' });
  return { code: status, text: stdout, complaint: stderr };
}

const gatewayApi = 'apiVersion: gateway.networking.k8s.io/v1';
const manifests = (share: number): string => `${gatewayApi}
kind: GatewayClass
metadata: {name: postern}
spec: {controllerName: postern.dev/gateway-controller}
---
${gatewayApi}
kind: Gateway
metadata: {name: web}
spec: {gatewayClassName: postern, listeners: [{name: http, port: 80, protocol: HTTP}]}
---
${gatewayApi}
kind: HTTPRoute
metadata: {name: cart}
spec:
  parentRefs: [{name: web}]
  rules: [{backendRefs: [{name: a, port: 80, weight: ${share}}, {name: b, port: 80, weight: ${100 - share}}]}]
---
{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}
---
{apiVersion: v1, kind: Service, metadata: {name: b}, spec: {ports: [{port: 80}]}}
`;
const tests = (share: number): string => `apiVersion: postern.dev/v1alpha1
kind: RouteTest
metadata: {name: cart}
spec: {cases: [{request: "http://a.example/", expect: {backends: {a: ${share}, b: ${100 - share}}}}]}
`;

/** A folder with manifests in `deploy`. */
function withManifests(t: TestContext, share: number): string {
  const folder = tempFolder(t);
  mkdirSync(join(folder, 'deploy'));
  writeFileSync(join(folder, 'deploy', 'all.yaml'), manifests(share));
  return folder;
}

test('test: 0 where all is as expected, 1 where not or where too little is reached, 2 where there is nothing to run', (t) => {
  const folder = withManifests(t, 95);
  assert.match(postern(folder, ['test', 'deploy']).complaint, /deploy: there is no RouteTest to run/);
  assert.equal(postern(folder, ['test', 'deploy']).code, 2);
  assert.equal(postern(folder, ['test', 'deploy', '--fail-under', 'all']).code, 2);
  writeFileSync(join(folder, 'deploy', 'cart.test.yaml'), tests(95));
  const good = postern(folder, ['test', 'deploy', '--fail-under', '100']);
  assert.deepEqual([good.code, good.text], [0, '1 passed; they reach 1 of 1 rules and 1 of 1 matches (100%)\n']);
  const piped = postern(folder, ['test', '-', 'deploy/cart.test.yaml', '--strict'], readFileSync(join(folder, 'deploy', 'all.yaml'), 'utf8'));
  assert.deepEqual([piped.code, piped.complaint], [0, '']);
  writeFileSync(join(folder, 'deploy', 'cart.test.yaml'), tests(50));
  assert.match(postern(folder, ['test', 'deploy']).text, /^deploy\/cart\.test\.yaml:4:26 failed default\/cart: http:\/\/a\.example\/\n.*backends\.a +50%\n +but +95%/);
  assert.equal(postern(folder, ['test', 'deploy']).code, 1);
  writeFileSync(join(folder, 'deploy', 'cart.test.yaml'), `${tests(95)}---\n${gatewayApi}\nkind: HTTPRoute\nmetadata: {name: other}\nspec: {parentRefs: [{name: web}], hostnames: [b.example], rules: [{backendRefs: [{name: a, port: 80}]}]}\n`);
  assert.deepEqual([postern(folder, ['test', 'deploy', '--fail-under', '50']).code, postern(folder, ['test', 'deploy', '--fail-under', '51']).code], [0, 1]);
});

test('lint and serve take RouteTests as documents that they know, and their mistakes as findings', (t) => {
  const folder = withManifests(t, 95);
  writeFileSync(join(folder, 'deploy', 'cart.test.yaml'), tests(95));
  assert.deepEqual([postern(folder, ['lint', 'deploy']).code, postern(folder, ['lint', 'deploy']).text], [0, 'no findings\n']);
  writeFileSync(join(folder, 'deploy', 'cart.test.yaml'), tests(95).replace('expect', 'expects'));
  assert.match(postern(folder, ['lint', 'deploy']).text, /unknown field "spec\.cases\[0\]\.expects"[^]*did you mean expect\?/);
});

test('test --watch runs again with every save', async (t) => {
  const folder = withManifests(t, 95);
  writeFileSync(join(folder, 'deploy', 'cart.test.yaml'), tests(95));
  const watching = spawn(process.execPath, [program, 'test', 'deploy', '--watch'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => watching.kill());
  let text = '';
  const said = async (words: RegExp): Promise<void> => {
    for await (const part of watching.stdout.iterator({ destroyOnReturn: false })) {
      text += String(part);
      if (words.test(text)) return;
    }
    assert.fail(`it ended before it said ${words}: ${text}`);
  };
  await said(/1 passed/);
  // Until the watch stands nobody sees a save, so there is one after the other.
  const saves = setInterval(() => writeFileSync(join(folder, 'deploy', 'all.yaml'), `${manifests(50)}# ${Date.now()}\n`), 200);
  t.after(() => clearInterval(saves));
  await said(/1 failed/);
  clearInterval(saves);
  watching.kill('SIGINT');
  const [code] = await once(watching, 'exit') as [number | null];
  assert.equal(code, 0);
});

function git(cwd: string, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main', ...words], { cwd, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}

test('diff: revisions of git, files and standard input; 0 where all is alike, 1 where not, 2 for wrong usage', (t) => {
  const folder = withManifests(t, 95);
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  const alike = postern(folder, ['diff', 'main:deploy', 'deploy']);
  assert.deepEqual([alike.code, alike.text, alike.complaint], [0, 'no traffic is treated otherwise (0 requests compared)\n', '']);
  writeFileSync(join(folder, 'deploy', 'all.yaml'), manifests(50));
  for (const before of ['main:deploy', 'HEAD:deploy/all.yaml', 'main:deploy/']) {
    const { code, text } = postern(folder, ['diff', before, 'deploy']);
    assert.equal(code, 1);
    assert.match(text, /before +95% default\/a:80, 5% default\/b:80\n +after +50% default\/a:80, 50% default\/b:80\n +rule +HTTPRoute default\/cart rules\[0\]\.matches\[0\] \(deploy\/all\.yaml:16:\d+\)/);
  }
  assert.match(postern(folder, ['diff', 'deploy', 'main:deploy']).text, /\(main:deploy\/all\.yaml:16:\d+\)/);
  assert.equal(postern(join(folder, 'deploy'), ['diff', 'main:./', '.']).code, 1, 'from a folder below the root');
  assert.equal(postern(folder, ['diff', 'main:deploy', '-'], manifests(50)).code, 1);
  assert.match(postern(folder, ['diff', 'main:deploy', 'deploy', '-o', 'markdown']).text, /^\*\*1 change of traffic\*\*[^]*\n\| 🟡 other \| every other host: any path/);
  const status = spawnSync('git', ['status', '--porcelain'], { cwd: folder, encoding: 'utf8' }).stdout;
  assert.equal(status, ' M deploy/all.yaml\n', 'the working copy and its index are left alone');
  writeFileSync(join(folder, 'route.yaml'), manifests(10).split('---\n')[2]!);
  assert.match(postern(folder, ['diff', 'route.yaml', 'route.yaml']).complaint, /neither route\.yaml nor route\.yaml has a Gateway that is served[^]*--with/);
  assert.match(postern(folder, ['diff', 'main:deploy/all.yaml', 'route.yaml', '--with', 'deploy']).text, /after +10% default\/a:80/);
  for (const words of [['diff', 'deploy'], ['diff', '-', '-'], ['diff', 'main:nowhere', 'deploy'], ['diff', 'nobody:deploy', 'deploy'], ['diff', 'nowhere', 'deploy']]) assert.equal(postern(folder, words).code, 2, words.join(' '));
  assert.match(postern(folder, ['diff', 'nobody:deploy', 'deploy']).complaint, /nobody:deploy is neither a file nor a revision of git/);
});
