/**
 * Broken set-ups, and what explain, lint and status say of them. One folder a case: `in.yaml` begins with the questions (`# ask:`) and with
 * what a reader must find in the first three lines of the first answer (`# finds:`, parts between bars); `out.txt` has all that is said.
 * UPDATE_GOLDEN=1 rewrites it.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { AttachSettings } from '../../src/attach/index.ts';
import { explain } from '../../src/cli/commands/explain.ts';
import { explanationText, objectText } from '../../src/cli/explain-text.ts';
import { lintText } from '../../src/cli/format-finding.ts';
import { knownOf } from '../../src/cli/known-of.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import { statusText } from '../../src/cli/status-text.ts';
import { questionOf } from '../../src/cli/explain-question.ts';
import { assumeServed } from '../../src/controller/index.ts';
import { explainObject, explainRequest, findObject, trafficFindings, type Known, type Meaning } from '../../src/explain/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { statusDocuments } from '../../src/status/index.ts';
import { authority, type KeyPair, selfSigned } from '../harness/certificates.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const root = join(import.meta.dirname, 'cases');
const updating = process.env['UPDATE_GOLDEN'] === '1';
const plain = (text: string): string => text;
const palette = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };

/** Certificates of servers are text here, `CERT name name…` with `KEY`: what counts is whom they are for. Authorities are real. */
const settings = (strict: boolean): AttachSettings => ({
  ...nativeSettings({ strict }),
  checkKeyPair: (chain, key) => (chain.startsWith('CERT ') && key === 'KEY' ? { names: chain.split(' ').slice(1) } : { error: 'tls.crt is not a PEM certificate.' }),
});

let pairs: { readonly authority: KeyPair; readonly stranger: KeyPair } | undefined;

/** Puts a real authority, and the certificate of a client that it does not know, in place of their names. */
function filled(text: string, folder: string): string {
  if (!text.includes('@')) return text;
  pairs ??= { authority: authority('clients.example.com'), stranger: selfSigned(['stranger.example.com'], 'client') };
  writeFileSync(join(folder, 'stranger.pem'), pairs.stranger.certificate);
  return text.replaceAll('@authority@', JSON.stringify(pairs.authority.certificate).slice(1, -1)).replaceAll('@stranger@', join(folder, 'stranger.pem'));
}

interface Case {
  readonly asks: readonly string[];
  readonly finds: readonly string[];
  readonly known: Known & { readonly meaning: Meaning };
}

async function read(t: TestContext, name: string): Promise<Case> {
  const folder = tempFolder(t);
  const text = filled(readFileSync(join(root, name, 'in.yaml'), 'utf8'), folder);
  writeFileSync(join(folder, 'in.yaml'), text);
  const lines = (word: string): string[] => [...text.matchAll(new RegExp(`^# ${word}: (.*)$`, 'gm'))].map((it) => it[1]!);
  const snapshot = await openFileSource([join(folder, 'in.yaml')]).read();
  return { asks: lines('ask'), finds: lines('finds').flatMap((it) => it.split(' | ')), known: knownOf(snapshot, settings(lines('options').includes('--strict'))) };
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
    `$ postern lint in.yaml\n${lintText([...findings, ...trafficFindings(known, { rehearse, rehearseConnection }, Date.parse('2026-06-01'))], model.skipped, palette)}`, `$ postern status in.yaml\n${statusText(statuses, palette)}`,
  ];
  return parts.join('\n').replaceAll(/[^\s]*\/(?=(?:in\.yaml|stranger\.pem))/g, '');
}

const names = readdirSync(root);

for (const name of names) {
  test(`${name}: cause and mend are in the first three lines`, async (t) => {
    const one = await read(t, name);
    const output = outputOf(one);
    const [asked = '', cause = '', mend = ''] = output.split('\n').slice(1);
    assert.match(cause, /^ {2}cause: \S/);
    assert.match(mend, /^ {2}mend: {2}\S/);
    const first = [asked, cause, mend].join('\n').toLowerCase();
    assert.ok(one.finds.length > 0);
    for (const part of one.finds) assert.ok(first.includes(part.toLowerCase()), `a reader must find ${JSON.stringify(part)} in:\n${first}`);
    const file = join(root, name, 'out.txt');
    if (updating) writeFileSync(file, output);
    assert.ok(existsSync(file), 'UPDATE_GOLDEN=1 makes it');
    assert.equal(output, readFileSync(file, 'utf8'));
  });
}

test('there are as many set-ups as were promised', () => {
  assert.ok(names.length >= 40, `${names.length}`);
});
