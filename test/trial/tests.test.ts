/** What `postern test` says of RouteTests: one folder a case, `in.yaml` with manifests and tests. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toGithub, toJson, toJunit } from '../../src/cli/test-formats.ts';
import { outcomeOf } from '../../src/cli/test-outcome.ts';
import { testText, type TestOutcome } from '../../src/cli/test-text.ts';
import { causes } from '../../scripts/docs/causes.ts';
import { knownCauses } from '../../src/trial/test/causes.ts';
import { isAsBefore, meant, palette } from './goldens.ts';

const root = join(import.meta.dirname, 'tests');

async function judged(name: string): Promise<TestOutcome> {
  const known = await meant(join(root, name, 'in.yaml'));
  return outcomeOf(known);
}

function local(text: string): string {
  return text.replaceAll(`${root}/`, '');
}

for (const name of readdirSync(root)) {
  test(name, async () => {
    const outcome = await judged(name);
    const text = testText(outcome, { palette, coverage: true });
    isAsBefore(join(root, name), local(['$ postern test in.yaml --coverage', text].join('\n').replaceAll(`${name}/in.yaml`, 'in.yaml')));
  });
}

test('JSON, JUnit and annotations say the same', async () => {
  const outcome = await judged('failing');
  const failed = outcome.results.filter(({ passed }) => !passed);
  assert.ok(failed.length > 3);
  const json = JSON.parse(toJson(outcome)) as { failed: number; passed: number; results: { faults: { field: string; place: string }[] }[]; coverage: { rules: { all: number } } };
  assert.deepEqual([json.failed, json.passed, json.coverage.rules.all], [failed.length, outcome.results.length - failed.length, outcome.coverage.rules.all]);
  assert.ok(json.results.flatMap(({ faults }) => faults).every(({ place }) => /in\.yaml:\d+:\d+$/.test(place)), 'every fault has its place');
  const junit = toJunit(outcome);
  assert.equal(junit.match(/<testcase /g)?.length, outcome.results.length);
  assert.equal(junit.match(/<failure /g)?.length, failed.length);
  assert.match(junit, /<testsuite name="shop\/cart" tests="\d+" failures="\d+">/);
  assert.equal(toGithub(outcome).match(/^::error file=[^,]*in\.yaml,line=\d+,col=\d+,title=/gm)?.length, failed.length);
});

test('tests that cannot be read fail in every format', async () => {
  const outcome = await judged('broken');
  assert.ok(outcome.broken.length > 0);
  assert.match(toJunit(outcome), /<testsuite name="files" tests="\d" failures="\d">/);
  assert.match(toGithub(outcome), /^::error file=.*unknown-field/m);
});

test('a case may name every cause of docs/errors.md', () => {
  const missing = [...causes(join(import.meta.dirname, '../..'))].filter((it) => !knownCauses.has(it));
  assert.deepEqual(missing, []);
});
