import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from './command.ts';
import { commandHelp, overview } from './help.ts';
import { allCommands } from './run.ts';

const words = Array.from({ length: 40 }, (_, index) => `word${index}`).join(' ');
const command: Command = {
  name: 'try', summary: 'Tries.', usage: 'PATH', description: `${words}.\nThe end.`,
  options: {
    pool: { value: 'CIDR', help: words },
    'an-option-with-a-name-of-some-length': { value: 'WHAT', help: words },
    strict: { short: 's', help: 'Short.' },
  },
  examples: [['postern try', 'short'], [`postern try ${'x'.repeat(100)}`, 'long']],
  run: () => Promise.resolve(0),
};

test('help is wrapped, and nothing of it is lost', () => {
  const lines = commandHelp(command).split('\n');
  for (const line of lines) assert.ok(line.length <= 110 || line.includes('xxx'), line);
  assert.equal(lines.join(' ').split(/\s+/).filter((it) => it === 'word39' || it === 'word39.').length, 3);
  assert.ok(lines.includes('      --an-option-with-a-name-of-some-length WHAT'));
  const strict = lines.find((it) => it.startsWith('  -s, --strict')) ?? '';
  const pool = lines.find((it) => it.startsWith('      --pool CIDR')) ?? '';
  assert.equal(strict.indexOf('Short.'), pool.indexOf('word0'));
});

test('examples stand beside what they are for, or below it where one is too long', () => {
  assert.match(commandHelp(command), /\n {2}# short\n {2}postern try\n {2}# long\n {2}postern try x+\n/);
  const short = { ...command, examples: command.examples.slice(0, 1) };
  assert.match(commandHelp(short), /\n {2}postern try {2}short\n/);
  assert.match(overview([short], '1.0.0'), /\n {2}postern try {2}short\n/);
});

test('usage is one line that fits a terminal', async () => {
  for (const one of await allCommands()) {
    const usage = commandHelp(one).split('\n').find((line) => line.startsWith('Usage: ')) ?? '';
    assert.ok(usage !== '' && usage.length <= 112, usage);
  }
});
