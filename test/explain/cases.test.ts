/**
 * Broken set-ups, and what explain, lint and status say of them. One folder a case: `in.yaml` begins with the questions (`# ask:`) and with
 * what a reader must find in the first three lines of the first answer (`# finds:`, parts between bars); `out.txt` has all that is said.
 * UPDATE_GOLDEN=1 rewrites it.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { explain } from '../../src/cli/commands/explain.ts';
import { explanationText, objectText } from '../../src/cli/explain-text.ts';
import { lintText } from '../../src/cli/format-finding.ts';
import { knownOf } from '../../src/cli/known-of.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { statusText } from '../../src/cli/status-text.ts';
import { questionOf } from '../../src/cli/explain-question.ts';
import { assumeServed } from '../../src/controller/index.ts';
import { explainObject, explainRequest, findObject, trafficFindings, type Known, type Meaning } from '../../src/explain/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { statusDocuments } from '../../src/status/index.ts';
import { brokenCase, caseNames, casesFolder } from './broken-case.ts';

const updating = process.env['UPDATE_GOLDEN'] === '1';
const plain = (text: string): string => text;
const palette = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };

interface Case {
  readonly asks: readonly string[];
  readonly finds: readonly string[];
  readonly known: Known & { readonly meaning: Meaning };
}

async function read(t: TestContext, name: string): Promise<Case> {
  const { asks, finds, snapshot, settings } = await brokenCase(t, name);
  return { asks, finds, known: knownOf(snapshot, settings) };
}

function answer(ask: string, known: Case['known']): string {
  const question = questionOf(parseArguments(explain, ask.split(' ')));
  if (question.kind === 'request') return explanationText(explainRequest(question.asked, known, { rehearse, rehearseConnection }), palette);
  const named = findObject(question.name, question.namespace, known.meaning);
  assert.ok(named.kind !== 'unknown', ask);
  return objectText(explainObject(named, known), palette);
}

function outputOf({ asks, known }: Case): string {
  const { model, graph, findings } = known.meaning;
  const statuses = statusDocuments(graph, { ...assumeServed(graph, '127.0.10.0/24'), now: '2026-01-01T00:00:00Z' }).filter(({ ref }) => ref.kind !== 'GatewayClass');
  const parts = [
    ...asks.map((ask) => `$ postern explain ${ask} -f in.yaml\n${answer(ask, known)}`),
    `$ postern lint in.yaml\n${lintText([...findings, ...trafficFindings(known, { rehearse, rehearseConnection }, Date.parse('2026-06-01'))], model.skipped, palette)}`, `$ postern status in.yaml\n${statusText(statuses, palette, findings)}`,
  ];
  return parts.join('\n').replaceAll(/[^\s]*\/(?=(?:in\.yaml|stranger\.pem))/g, '');
}

for (const name of caseNames) {
  test(`${name}: cause and mend are in the first three lines`, async (t) => {
    const one = await read(t, name);
    const output = outputOf(one);
    const [asked = '', cause = '', mend = ''] = output.split('\n').slice(1);
    assert.match(cause, /^ {2}cause: \S/);
    assert.match(mend, /^ {2}mend: {2}\S/);
    const first = [asked, cause, mend].join('\n').toLowerCase();
    assert.ok(one.finds.length > 0);
    for (const part of one.finds) assert.ok(first.includes(part.toLowerCase()), `a reader must find ${JSON.stringify(part)} in:\n${first}`);
    const file = join(casesFolder, name, 'out.txt');
    if (updating) writeFileSync(file, output);
    assert.ok(existsSync(file), 'UPDATE_GOLDEN=1 makes it');
    assert.equal(output, readFileSync(file, 'utf8'));
  });
}

test('there are as many set-ups as were promised', () => {
  assert.ok(caseNames.length >= 40, `${caseNames.length}`);
});
