import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { scriptFor } from './completion-scripts.ts';
import { allCommands } from './run.ts';

const commands = await allCommands();

function has(shell: string): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

/** What bash would offer for words, the last of which is being written. */
function offered(words: readonly string[]): string[] {
  const script = `${scriptFor('bash', commands)}\nCOMP_WORDS=(${words.map((it) => `'${it}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _postern; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['--norc'], { input: script, encoding: 'utf8' });
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
