import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePattern } from './parse.ts';
import { samplesOf } from './samples.ts';

test('expressions are read, and captures counted', () => {
  for (const [source, captures] of [['/a(/|$)(.*)', 2], ['/[a-z]{2,}/(?:x|y)?', 0], ['/(?<name>a)(?P<other>b)', 2], ['/a\\.b[\\].]+', 0], ['', 0]] as const) {
    const parsed = parsePattern(source);
    assert.ok(typeof parsed !== 'string', `${source}: ${String(parsed)}`);
    assert.equal(parsed.captures, captures, source);
  }
});

test('what RE2 lacks, and what is broken, is told in words', () => {
  const told: readonly (readonly [string, RegExp])[] = [
    ['/(?!x)', /looks ahead/], ['/(?<=x)', /looks ahead or behind/], ['/(a)\\1', /back reference/], ['/a++', /possessively/], ['/(?>a)', /atomic/], ['/(?i)a', /changes flags/],
    ['/(a', /a \( without/], ['/a)', /a \) without/], ['/[a', /a \[ without/], ['*', /nothing to repeat/], ['/[[:alpha:]]', /POSIX/],
  ];
  for (const [source, wanted] of told) assert.match(String(parsePattern(source)), wanted, source);
});

test('every sample is matched from its begin on', () => {
  for (const source of ['/a(/|$)(.*)', '/[A-Z]{3}/[0-9]+', '/(a|b)/?(.*)', '/x{0,2}y', '/v[0-9](?:\\.[0-9])?/.*', '/[^a-z]+z']) {
    const parsed = parsePattern(source);
    assert.ok(typeof parsed !== 'string');
    const samples = samplesOf(parsed);
    assert.ok(samples.length > 0);
    for (const sample of samples) assert.match(sample, new RegExp(`^${source}`), `${sample} of ${source}`);
  }
});
