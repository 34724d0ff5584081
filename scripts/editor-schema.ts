/** Writes deploy/editor/gateway-api.schema.json, for those who have no Postern and refer to the file in the repository; `--check` compares. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { shippedSchema } from '../src/cli/commands/schema.ts';

const target = join(import.meta.dirname, '../deploy/editor/gateway-api.schema.json');
const text = await shippedSchema();
if (!process.argv.includes('--check')) {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
} else if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
  console.error('deploy/editor/gateway-api.schema.json is not what the definitions say; run: node scripts/editor-schema.ts');
  process.exitCode = 1;
}
