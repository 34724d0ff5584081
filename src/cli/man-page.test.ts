import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { manPage } from './man-page.ts';
import { allCommands } from './run.ts';

const commands = await allCommands();
const page = manPage(commands, { version: '1.2.3', date: '2026-01-02' });

test('every command and option of --help is in the manual page, with its text', () => {
  const plain = page.replaceAll('\\-', '-').replaceAll(/\\f[BIR]/g, '');
  for (const { name, summary, options, examples } of commands) {
    const section = plain.slice(plain.indexOf(`.SS postern ${name}`)).split('\n.SS ', 2).join('');
    assert.ok(section.includes(summary.replaceAll('…', '...')), name);
    for (const [option, { short, value, help }] of Object.entries(options)) {
      assert.ok(section.includes(`\n${short === undefined ? '' : `-${short}, `}--${option}${value === undefined ? '' : ` ${value.replaceAll('…', '...')}`}\n${help.replaceAll('\\', '\\e').replaceAll('…', '...').replace(/^[.']/, '\\&$&')}`), `--${option} of ${name}`);
    }
    for (const [, what] of examples) assert.ok(section.includes(what.replaceAll('…', '...')), what);
  }
});

test('no line is taken for a request by mistake', () => {
  const requests = new Set(['.TH', '.SH', '.SS', '.TP', '.PP', '.B', '.I', '.br', '.BR']);
  for (const line of page.split('\n')) if (/^[.']/.test(line)) assert.ok(requests.has(line.split(' ')[0]!), line);
  assert.match(page, /^\.TH POSTERN 1 "2026-01-02" "postern 1\.2\.3"/);
});

const renderer = ['mandoc', 'groff'].find((it) => spawnSync(it, ['--version']).error === undefined);

test('it can be typeset without a warning', { skip: renderer === undefined ? 'neither mandoc nor groff here' : false }, () => {
  const { status, stderr } = spawnSync(renderer!, renderer === 'groff' ? ['-man', '-Tutf8', '-ww'] : ['-Tlint', '-Wwarning'], { input: page, encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
});
