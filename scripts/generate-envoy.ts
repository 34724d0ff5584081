/**
 * Makes src/xds/gen/ from vendor/envoy and scripts/envoy/messages.txt: Envoy's messages as types of their JSON form, in the words of Envoy's
 * documentation, and the numbers of their fields for the encoder. With `--check` nothing is written; the exit code is 1 if the checked-in
 * output differs.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readDescriptors } from './envoy/descriptors.ts';
import { listedMessages } from './envoy/listed-messages.ts';
import { writeFieldTable } from './envoy/write-field-table.ts';
import { writeMessageTypes } from './envoy/write-message-types.ts';

const target = resolve(import.meta.dirname, '../src/xds/gen');
const names = listedMessages();
const registry = readDescriptors();
const messages = [...names.keys()].sort().map((name) => {
  const found = registry.getMessage(name);
  if (found === undefined) throw new Error(`vendor/envoy has no message ${name}`);
  return found;
});

const files = { 'messages.ts': writeMessageTypes(messages, names), 'field-table.ts': writeFieldTable(messages, names) };
const changed = Object.entries(files).filter(([name, text]) => !existsSync(join(target, name)) || readFileSync(join(target, name), 'utf8') !== text);
if (process.argv.includes('--check')) {
  for (const [name] of changed) console.error(`src/xds/gen/${name} differs from what vendor/envoy and scripts/envoy/messages.txt give; run: npm run generate:envoy`);
  process.exitCode = changed.length === 0 ? 0 : 1;
} else {
  mkdirSync(target, { recursive: true });
  for (const [name, text] of changed) writeFileSync(join(target, name), text);
}
console.log(`generate:envoy: ${messages.length} messages, ${changed.length} files changed`);
