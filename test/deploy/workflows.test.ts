/** The GitHub Action and the hooks of pre-commit, as their services run them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'yaml';
import { allCommands } from '../../src/cli/run.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const root = resolve(import.meta.dirname, '../..');
const gateway = 'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: web}\nspec:\n  gatewayClassName: postern\n  listeners: [{name: http, port: 80, protocol: HTTP}]\n';
const route = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n  hostname: a.example\n';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly summary: string;
}

/** Runs the script of the Action's last step, with the sources in place of what the step before builds. */
function action(t: TestContext, env: Readonly<Record<string, string>>): Ran {
  const folder = tempFolder(t);
  mkdirSync(join(folder, 'dist/bin'), { recursive: true });
  symlinkSync(join(root, 'src/cli/main.ts'), join(folder, 'dist/bin/main.js'));
  writeFileSync(join(folder, 'web.yaml'), route);
  writeFileSync(join(folder, 'gateway.yaml'), gateway);
  writeFileSync(join(folder, 'summary'), '');
  const { status, stdout, stderr } = spawnSync('bash', [join(root, 'deploy/action/run.sh')], {
    cwd: folder, encoding: 'utf8',
    env: { PATH: `${join(process.execPath, '..')}:${process.env['PATH'] ?? ''}`, GITHUB_ACTION_PATH: folder, GITHUB_STEP_SUMMARY: join(folder, 'summary'), RUNNER_TEMP: folder, ...env },
  });
  return { code: status, out: stdout + stderr, summary: readFileSync(join(folder, 'summary'), 'utf8') };
}

test('the Action checks, with annotations', (t) => {
  const { code, out } = action(t, { COMMAND: 'lint', PATHS: 'web.yaml' });
  assert.equal(code, 1, out);
  assert.match(out, /^::error file=web\.yaml,line=5,col=3,title=unknown-field::/m);
  assert.equal(action(t, { COMMAND: 'lint', PATHS: 'web.yaml', ARGS: '--fail-on error --portable-to nobody' }).code, 2);
});

test('the Action shows what a change does, in the summary of the job', (t) => {
  const { code, out, summary } = action(t, { COMMAND: 'diff', PATHS: 'gateway.yaml gateway.yaml' });
  assert.equal(code, 0, out);
  assert.notEqual(summary, '');
});

test('the Action takes no other command, and its inputs are no shell', (t) => {
  assert.equal(action(t, { COMMAND: 'serve', PATHS: '.' }).code, 2);
  const { code, out } = action(t, { COMMAND: 'lint', PATHS: '$(id>hacked) web.yaml;ls' });
  assert.equal(code, 2);
  assert.match(out, /\$\(id>hacked\) does not exist/);
});

test('what the Action and the hooks call exists', async () => {
  const { runs } = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as { runs: { steps: { run?: string; env?: Record<string, string> }[] } };
  assert.match(runs.steps.at(-1)?.run ?? '', /deploy\/action\/run\.sh/);
  // An input in the text of a script would be read by the shell.
  for (const { run = '' } of runs.steps) assert.doesNotMatch(run, /\$\{\{/);
  const commands = new Map((await allCommands()).map((it) => [it.name, it]));
  const hooks = parse(readFileSync(join(root, '.pre-commit-hooks.yaml'), 'utf8')) as { id: string; entry: string; language: string }[];
  assert.deepEqual(hooks.map(({ id }) => id), ['postern-lint', 'postern-lint-fix', 'postern-test', 'postern-diff']);
  for (const { entry, language } of hooks) {
    const [, name = '', option] = /postern ([a-z]+)(?: --([a-z-]+))?/.exec(entry) ?? [];
    assert.ok(commands.has(name), entry);
    assert.ok(option === undefined || Object.hasOwn(commands.get(name)!.options, option), entry);
    assert.equal(language, 'node');
  }
});
