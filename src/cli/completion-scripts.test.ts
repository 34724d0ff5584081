import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../../test/harness/temp-folder.ts';
import { scriptFor } from './completion-scripts.ts';
import { allCommands } from './run.ts';

const commands = await allCommands();

function has(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

/** What bash would offer for words, the last of which is being written. */
function offered(words: readonly string[], path = process.env['PATH'] ?? ''): string[] {
  const script = `${scriptFor('bash', commands)}\nCOMP_WORDS=(${words.map((it) => `'${it}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _postern; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8', env: { ...process.env, PATH: path } });
  assert.equal(stderr, '');
  return stdout.split('\n').filter((it) => it !== '');
}

test('bash completes commands, options and values', { skip: has('bash') ? false : 'no bash here' }, () => {
  assert.deepEqual(offered(['postern', '']).sort(), [...commands.map((it) => it.name), '--help', '--version', 'help'].sort());
  assert.deepEqual(offered(['postern', 'li']), ['lint']);
  assert.deepEqual(offered(['postern', 'lint', '--o']), ['--output']);
  assert.deepEqual(offered(['postern', 'lint', '-o', 's']), ['sarif']);
  assert.deepEqual(offered(['postern', 'lint', '--output', '']), ['text', 'json', 'sarif', 'github', 'junit']);
  for (const command of commands) {
    assert.deepEqual(offered(['postern', command.name, '--']).sort(), [...Object.keys(command.options).map((it) => `--${it}`), '--help'].sort());
  }
});

test('bash offers words and names of objects, and files where there are none', { skip: has('bash') ? false : 'no bash here' }, (t) => {
  const folder = tempFolder(t);
  const api = 'gateway.networking.k8s.io/v1';
  writeFileSync(join(folder, 'all.json'), [['Gateway', 'web', { gatewayClassName: 'x', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] }], ['HTTPRoute', 'cart', {}], ['HTTPRoute', 'checkout', {}]]
    .map(([kind, name, spec]) => JSON.stringify({ apiVersion: api, kind, metadata: { name, namespace: 'shop' }, spec })).join('\n'));
  writeFileSync(join(folder, 'postern'), `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, 'main.ts')}' "$@"\n`, { mode: 0o755 });
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  assert.deepEqual(offered(['postern', 'get', 'gat'], path), ['gateways', 'gatewayclass', 'gateway']);
  assert.deepEqual(offered(['postern', 'completion', ''], path), ['bash', 'zsh', 'fish']);
  assert.deepEqual(offered(['postern', 'get', '-f', folder, 'routes', 'shop/c'], path), ['shop/cart', 'shop/checkout']);
  assert.deepEqual(offered(['postern', 'explain', '-f', folder, 'httproute/shop/ca'], path), ['httproute/shop/cart']);
  assert.deepEqual(offered(['postern', 'explain', '-f', folder, '-n', 's'], path), ['shop']);
  assert.deepEqual(offered(['postern', 'lint', join(folder, 'al')], path), [join(folder, 'all.json')]);
  assert.deepEqual(offered(['postern', 'logs', '--admin', '127.0.0.1:1', 'zzz'], path), [], 'nobody is there, and nothing is said');
});

for (const shell of ['bash', 'zsh', 'fish']) {
  test(`${shell} can parse its script`, { skip: has(shell) ? false : `no ${shell} here` }, () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: scriptFor(shell, commands) ?? '', encoding: 'utf8' });
    assert.deepEqual([status, stderr], [0, '']);
  });
}

test('each script names every command and option; an unknown shell has none', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = scriptFor(shell, commands) ?? '';
    for (const command of commands) {
      for (const word of [command.name, ...Object.keys(command.options)]) assert.ok(script.includes(word), `${word} for ${shell}`);
    }
  }
  assert.equal(scriptFor('tcsh', commands), undefined);
});
