import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingCodes, type Finding } from '../contract/index.ts';
import { toGithub, toJson, toJunit, toSarif } from './lint-formats.ts';

const findings: readonly Finding[] = [
  { code: 'schema', severity: 'error', message: 'port is text, 100% wrong:\nsee, there', hint: 'Write a number.', path: ['spec', 'listeners', 0, 'port'], position: { file: 'a\\b,c:d.yaml', line: 3, column: 7 } },
  { code: 'skipped-kind', severity: 'info', message: 'A kind is skipped.' },
  { code: 'schema', severity: 'warning', message: 'Again.', position: { file: 'x.yaml', line: 1, column: 1 } },
];

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string } }[] } };
    readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number; readonly level: string; readonly message: { readonly text: string }; readonly locations?: readonly unknown[] }[];
  }[];
}

test('SARIF: one run, a rule for each code once, and each result points at its rule', () => {
  const { version, runs } = JSON.parse(toSarif(findings)) as Sarif;
  assert.equal(version, '2.1.0');
  assert.equal(runs.length, 1);
  const { tool, results } = runs[0]!;
  assert.deepEqual(tool.driver.rules.map((it) => it.id), ['schema', 'skipped-kind']);
  assert.equal(tool.driver.rules[0]?.shortDescription.text, findingCodes.schema.title);
  assert.deepEqual(results.map((it) => [it.ruleId, it.level]), [['schema', 'error'], ['skipped-kind', 'note'], ['schema', 'warning']]);
  for (const result of results) assert.equal(tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
  assert.equal(results[0]?.message.text, `${findings[0]?.message}. Write a number.`);
  assert.deepEqual(results[0]?.locations, [{ physicalLocation: { artifactLocation: { uri: 'a/b,c:d.yaml' }, region: { startLine: 3, startColumn: 7 } } }]);
  assert.equal(results[1]?.locations, undefined);
});

test('SARIF: names of files are references as RFC 3986 has them', () => {
  const { runs } = JSON.parse(toSarif([{ code: 'schema', severity: 'error', message: 'a', hint: 'did you mean b?', position: { file: 'my shop/a#1.yaml', line: 1, column: 1 } }])) as Sarif;
  assert.equal(runs[0]?.results[0]?.message.text, 'a; did you mean b?');
  assert.match(JSON.stringify(runs[0]?.results[0]?.locations), /"uri":"my%20shop\/a%231\.yaml"/);
});

test('SARIF of nothing is a run without results', () => {
  const { runs } = JSON.parse(toSarif([])) as Sarif;
  assert.deepEqual([runs[0]?.results, runs[0]?.tool.driver.rules], [[], []]);
});

test('JUnit: a case for each finding, failed but for notes, and one that passed where there is none', () => {
  const text = toJunit([...findings, { code: 'schema', severity: 'error', message: 'a <b> & "c" \u0007\ud800' }]);
  assert.match(text, /<testsuite name="postern lint" tests="4" failures="3">/);
  assert.match(text, / {4}<testcase classname="postern\.lint" name="schema port is text, 100% wrong:&#10;see, there" file="a\\b,c:d\.yaml" line="3"><failure type="error" message="port is text, 100% wrong:&#10;see, there">a\\b,c:d\.yaml:3:7 port is text, 100% wrong:&#10;see, there. Write a number\.<\/failure><\/testcase>\n/);
  assert.match(text, /<system-out>A kind is skipped\.<\/system-out>/);
  assert.match(text, /name="schema a &lt;b&gt; &amp; &quot;c&quot; "/);
  assert.match(toJunit([]), /tests="1" failures="0">\n {4}<testcase classname="postern\.lint" name="no findings"\/>\n/);
});

test('GitHub: one line a finding, and nothing in it ends it early', () => {
  assert.deepEqual(toGithub(findings).split('\n'), [
    '::error file=a\\b%2Cc%3Ad.yaml,line=3,col=7,title=schema::port is text, 100%25 wrong:%0Asee, there. Write a number.',
    '::notice title=skipped-kind::A kind is skipped.',
    '::warning file=x.yaml,line=1,col=1,title=schema::Again.',
    '',
  ]);
  assert.equal(toGithub([]), '');
});

test('JSON: every field, with the path as an API server writes it', () => {
  const parsed = JSON.parse(toJson(findings)) as readonly { readonly path?: string; readonly position?: object }[];
  assert.equal(parsed.length, 3);
  assert.equal(parsed[0]?.path, 'spec.listeners[0].port');
  assert.deepEqual(parsed[0]?.position, findings[0]?.position);
  assert.equal(parsed[1]?.path, undefined);
  assert.equal(toJson([]), '[]\n');
});
