/**
 * One folder a case: `in.yaml` goes in, `out.yaml` (what is made of it) and `report.txt` (what became of every annotation, and the proof) must come out.
 * UPDATE_GOLDEN=1 rewrites them. Whatever a case is about: what is made has no finding of lint, and no request is treated otherwise for a reason that the report does not tell.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { migrate as command } from '../../src/cli/commands/migrate.ts';
import { migrateOptions } from '../../src/cli/migrate-options.ts';
import { paletteFor } from '../../src/cli/colour.ts';
import { prove } from '../../src/cli/migrate-proof.ts';
import { reportText } from '../../src/cli/migrate-report.ts';
import { manifestsText } from '../../src/cli/migrate-yaml.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { type Finding, formatPosition } from '../../src/contract/index.ts';
import { ingressesAmong, migrate } from '../../src/migrate/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { lintMade } from './lint-made.ts';

const root = join(import.meta.dirname, 'cases');
const updating = process.env['UPDATE_GOLDEN'] === '1';

/** What an Ingress asks for although lint warns of it; the report says so too. */
const expected: Readonly<Record<string, string>> = { affinity: 'deprecated-field', 'tls-without-redirect': 'plain-http', 'config-of-the-controller': 'plain-http', 'tls-partly-redirected': 'plain-http' };

for (const name of readdirSync(root)) {
  test(`migrate ${name}`, async () => {
    const folder = join(root, name);
    const snapshot = await openFileSource([join(folder, 'in.yaml')]).read();
    const words = existsSync(join(folder, 'args.txt')) ? readFileSync(join(folder, 'args.txt'), 'utf8').trim().split(' ') : [];
    const migration = migrate(snapshot.objects, migrateOptions(parseArguments(command, ['in.yaml', ...words])));
    const proof = prove(migration, snapshot);
    const report = reportText({ migration, proof, unread: [] }, paletteFor({})).replaceAll(`${folder}/`, '');
    expectFile(join(folder, 'out.yaml'), manifestsText(migration.objects));
    expectFile(join(folder, 'report.txt'), report);
    assert.deepEqual(proof.untold, []);
    assert.ok(proof.asked > 0 || migration.objects.length === 0);
    assert.deepEqual(lintMade(migration, snapshot.objects).filter(({ code }) => code !== expected[name]).map(said), []);
    for (const ingress of ingressesAmong(snapshot.objects)) {
      for (const key of Object.keys(ingress.annotations).filter((it) => it.startsWith('nginx.ingress.kubernetes.io/'))) {
        assert.ok(migration.lines.some((line) => line.ingress === ingress.key && key.endsWith(`/${line.annotation}`)), `${key} of ${ingress.key} has no line`);
      }
    }
  });
}

function expectFile(file: string, text: string): void {
  if (updating) writeFileSync(file, text);
  else assert.equal(text, existsSync(file) ? readFileSync(file, 'utf8') : undefined, `${file} differs; UPDATE_GOLDEN=1 rewrites it`);
}

function said({ severity, code, message, position }: Finding): string {
  return `${position === undefined ? '' : `${formatPosition(position)} `}${severity} [${code}] ${message}`;
}
