/**
 * The model of ingress-nginx against a real nginx: every request that the proofs of the cases are made of, and those of generated Ingresses, as both
 * answer them. MIGRATE_NGINX_RUNS is how many sets are generated.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { migrate as command } from '../../src/cli/commands/migrate.ts';
import { migrateOptions } from '../../src/cli/migrate-options.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { syntheticObject } from '../../src/cli/synthetic-object.ts';
import { migrate } from '../../src/migrate/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { ingresses } from './generated.ts';
import { compareWithNginx, nginxMissing } from './real-nginx.ts';

const root = join(import.meta.dirname, 'cases');
const numRuns = Number(process.env['MIGRATE_NGINX_RUNS'] ?? 15);

for (const name of readdirSync(root)) {
  test(`nginx and its model agree on ${name}`, { skip: nginxMissing }, async () => {
    const snapshot = await openFileSource([join(root, name, 'in.yaml')]).read();
    const words = existsSync(join(root, name, 'args.txt')) ? readFileSync(join(root, name, 'args.txt'), 'utf8').trim().split(' ') : [];
    const { parts } = migrate(snapshot.objects, migrateOptions(parseArguments(command, ['in.yaml', ...words])));
    for (const { servers } of parts) await compareWithNginx(servers);
  });
}

test('nginx and its model agree on generated Ingresses', { skip: nginxMissing, timeout: 3_600_000 }, async () => {
  let compared = 0;
  await fc.assert(fc.asyncProperty(ingresses, async (documents) => {
    const { parts } = migrate(documents.map((it) => syntheticObject(it)), migrateOptions(parseArguments(command, ['in.yaml'])));
    for (const { servers } of parts) compared += await compareWithNginx(servers);
  }), { numRuns });
  console.log(`${numRuns} sets of Ingresses, ${compared} requests`);
});
