import assert from 'node:assert/strict';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../../test/harness/temp-folder.ts';
import { allCommands, run } from './run.ts';
import { version } from './version.ts';

/** Runs a command line whose complaint goes to standard error. */
async function complaint(t: TestContext, argv: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  let text = '';
  const write = t.mock.method(process.stderr, 'write', (part: string | Uint8Array) => {
    text += String(part);
    return true;
  });
  try {
    return { code: await run(argv), text };
  } finally {
    write.mock.restore();
  }
}

const wrong: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
  [['lnit'], /there is no command lnit; did you mean lint\?/],
  [['constructor'], /there is no command constructor/],
  [['lint', '--ouptut', 'json', '.'], /unknown option --ouptut; did you mean --output\?/],
  [['lint', '-o', 'xml', '.'], /--output xml: use text, json, sarif, github/],
  [['lint', '--output'], /'-o, --output <value>' argument missing|--output/],
  [['lint', '--strict=yes', '.'], /--strict/],
  [['lint'], /name a folder, a file, or -/],
  [['lint', 'no/such/folder'], /no\/such\/folder does not exist/],
  [['lint', '--fail-on', 'fatal', '.'], /--fail-on fatal: use error, warning, info/],
  [['status', 'no/such/folder'], /does not exist/],
  [['serve'], /name a folder/],
  [['serve', '--pool', '10.0.0.0', '.'], /--pool/],
  [['explain', 'shop.example.com/cart', '-f', 'examples'], /shop\.example\.com\/cart is no KIND\/NAME; for a request write http:\/\/shop/],
  [['explain', 'http://a.example/', 'more', '-f', 'examples'], /more is no URL/],
  [['explain', 'http://a.example/', 'http://b.example/', '-f', 'examples'], /http:\/\/a\.example\/ is no method/],
  [['migrate', 'test/migrate/cases/tls/in.yaml', '--class', 'other'], /there is no Ingress of class other in .*; there are Ingresses of class nginx/],
  [['migrate', 'test/migrate/cases/tls/in.yaml', '-o', 'package.json'], /package\.json: there is a file of that name/],
  [['migrate', 'test/migrate/cases/tls/in.yaml', '-o', 'package.json/x'], /package\.json: there is a file of that name/],
  [['completion', 'tcsh'], /name your shell: bash, zsh or fish/],
];

for (const [argv, says] of wrong) {
  test(`postern ${argv.join(' ')} is wrong usage`, async (t) => {
    const { code, text } = await complaint(t, argv);
    assert.equal(code, 2, text);
    assert.match(text, says);
    assert.match(text, /^postern: /);
    assert.match(text, /--help/);
  });
}

test('where no program answers it is said what to do', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { code, text } = await complaint(t, ['explain', 'http://a.example/', '--admin', `127.0.0.1:${port}`]);
  assert.equal(code, 2);
  assert.match(text, /nothing runs there: start postern serve/);
});

test('without a command the overview goes to standard error, and the code is 2', async (t) => {
  const { code, text } = await complaint(t, []);
  assert.equal(code, 2);
  for (const { name } of await allCommands()) assert.ok(text.includes(`  ${name} `), name);
});

function postern(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...argv], (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }));
  });
}

test('what is asked for goes to standard output, and the code is 0', async () => {
  assert.deepEqual(await postern('--version'), { code: 0, out: `${version}\n`, err: '' });
  const help = await postern('lint', '--help');
  assert.deepEqual([help.code, help.err], [0, '']);
  for (const word of ['Usage: postern lint', '--output', '--fail-on', 'Examples:']) assert.ok(help.out.includes(word), word);
});

test('a wrong call ends the program with code 2', async () => {
  const { code, out, err } = await postern('lint', '--strikt', '.');
  assert.deepEqual([code, out], [2, '']);
  assert.match(err, /did you mean --strict\?/);
});

test('output that cannot be written is said, and the code is not 0', { skip: existsSync('/dev/full') ? false : 'no /dev/full here' }, async (t) => {
  const full = await open('/dev/full', 'w');
  t.after(() => full.close());
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--version'], { stdio: ['ignore', full.fd, 'pipe'] });
  const exit = once(child, 'exit');
  assert.ok(child.stderr !== null);
  assert.match(await text(child.stderr), /^postern: the output cannot be written: ENOSPC[^\n]*\n$/);
  assert.deepEqual(await exit, [1, null]);
});

test('as a plugin of kubectl it says so, and means the cluster of kubectl', (t) => {
  const folder = tempFolder(t);
  symlinkSync(join(import.meta.dirname, 'main.ts'), join(folder, 'kubectl-postern'));
  const plugin = (...argv: readonly string[]): { readonly stdout: string; readonly stderr: string } => spawnSync(process.execPath, [join(folder, 'kubectl-postern'), ...argv], { encoding: 'utf8', env: { ...process.env, KUBECONFIG: join(folder, 'none') } });
  assert.match(plugin('--help').stdout, /\nUsage: kubectl postern COMMAND/);
  assert.match(plugin('get', 'gateways').stderr, /none/);
  assert.match(plugin('nonsense').stderr, /kubectl postern --help/);
});

test('kubectl asks how a line of the plugin could go on', (t) => {
  const folder = tempFolder(t);
  symlinkSync(join(import.meta.dirname, 'main.ts'), join(folder, 'kubectl_complete-postern'));
  const offered = (...words: readonly string[]): string[] => spawnSync(process.execPath, [join(folder, 'kubectl_complete-postern'), ...words], { encoding: 'utf8', env: { ...process.env, KUBECONFIG: join(folder, 'none') } }).stdout.trimEnd().split('\n');
  assert.deepEqual(offered('li'), ['lint', ':4']);
  assert.deepEqual(offered('lint', '-o', 's'), ['sarif', ':4']);
  assert.deepEqual(offered('lint', '--fi'), ['--fix', ':4']);
  assert.deepEqual(offered('get', 'gatewayc'), ['gatewayclass', ':4']);
  assert.deepEqual(offered('lint', 'mani'), [':0'], 'files');
});
