/** Whatever the manifests are, every object and a request to every listener can be explained, in whole sentences. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { knownOf } from '../../src/cli/known-of.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import { explainObject, explainRequest, findObject, type Known, type Meaning, readAsked } from '../../src/explain/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { openFileSource } from '../../src/source/index.ts';

const root = join(import.meta.dirname, '..');

/** Folders with manifests, good and bad. */
function inputs(): string[] {
  const of = (folder: string): string[] => readdirSync(join(root, folder), { withFileTypes: true }).filter((it) => it.isDirectory()).map(({ name }) => join(root, folder, name));
  const golden = of('golden').flatMap((area) => of(area.slice(root.length + 1)));
  return [...of('broken'), ...golden].map((folder) => readdirSync(folder).filter((it) => it.startsWith('in.')).map((it) => join(folder, it))[0]).filter((it) => it !== undefined);
}

function checkObjects(known: Known & { readonly meaning: Meaning }, where: string): void {
  const kinds = Object.entries(known.meaning.model.objects) as [string, ReadonlyMap<string, unknown>][];
  const named = [...kinds.flatMap(([kind, objects]) => [...objects.keys()].map((key) => `${kind}/${key}`)), ...known.meaning.findings.flatMap(({ object }) => (object === undefined ? [] : [`${object.kind}/${object.namespace === '' ? '' : `${object.namespace}/`}${object.name}`]))];
  for (const name of new Set(named)) {
    const found = findObject(name, undefined, known.meaning);
    assert.ok(found.kind === 'object', `${where}: ${name}: ${found.kind === 'unknown' ? found.problem : ''}`);
    const { state, cause, mend, isGood } = explainObject(found, known);
    for (const words of [state, cause, mend]) assert.ok(words.length > 3 && !/undefined|\[object|NaN/.test(words), `${where}: ${name}: ${words}`);
    assert.equal(isGood, mend === 'Nothing to mend.', `${where}: ${name}`);
  }
}

const schemes: Readonly<Record<string, string>> = { http: 'http', https: 'https', tcp: 'tcp', udp: 'udp', passthrough: 'tls', terminate: 'tls' };

function checkRequests(known: Known, where: string): void {
  for (const { protocol, port, hostname } of [...Object.values(known.ir.listeners), ...Object.values(known.ir.streamListeners ?? {})]) {
    for (const host of [hostname === '' ? 'www.example.com' : hostname.replace('*', 'www'), 'nobody.invalid']) {
      const asked = readAsked({ method: 'GET', url: `${schemes[protocol]}://${host}:${port}/`, headers: [] });
      assert.ok(typeof asked !== 'string');
      const { answer, cause, mend } = explainRequest(asked, known, { rehearse, rehearseConnection });
      for (const words of [answer, cause, mend]) assert.ok(words.length > 2 && !/undefined|\[object|NaN/.test(words), `${where}: ${host}:${port}: ${words}`);
    }
  }
}

test('every object and listener of the broken and the golden manifests', { timeout: 300_000 }, async () => {
  const all = inputs();
  assert.ok(all.length > 100, `${all.length}`);
  for (const input of all) {
    const where = input.slice(root.length + 1);
    // What makes a file large is another suite's business.
    const known = knownOf(await openFileSource([input]).read(), nativeSettings({ strict: false }));
    checkObjects(known, where);
    checkRequests(known, where);
  }
});
