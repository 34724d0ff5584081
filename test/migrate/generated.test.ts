/** Whatever Ingresses there are: no request is treated otherwise for a reason that the report does not tell, and lint finds no mistake but redirects that lead back to themselves, as they did before. MIGRATE_RUNS is how many sets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { migrate as command } from '../../src/cli/commands/migrate.ts';
import { migrateOptions } from '../../src/cli/migrate-options.ts';
import { prove } from '../../src/cli/migrate-proof.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { syntheticObject } from '../../src/cli/synthetic-object.ts';
import { migrate } from '../../src/migrate/index.ts';
import { ingresses } from './generated.ts';
import { lintMade } from './lint-made.ts';

const numRuns = Number(process.env['MIGRATE_RUNS'] ?? 150);

test('generated Ingresses', { timeout: 3_600_000 }, () => {
  let [asked, told] = [0, 0];
  fc.assert(fc.property(ingresses, (documents) => {
    const objects = documents.map((it) => syntheticObject(it));
    const migration = migrate(objects, migrateOptions(parseArguments(command, ['in.yaml'])));
    const proof = prove(migration, { objects, findings: [] });
    assert.deepEqual(proof.untold, []);
    assert.deepEqual(lintMade(migration, objects).filter(({ severity, code }) => severity === 'error' && code !== 'redirect-loop').map(({ code, message }) => `${code} ${message}`), []);
    asked += proof.asked;
    told += proof.told.length;
  }), { numRuns });
  console.log(`${numRuns} sets of Ingresses, ${asked} requests, ${told} other for reasons that are told`);
});
