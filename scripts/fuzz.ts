/**
 * A fuzzer for all that reads bytes of others, guided by the places of the code that inputs reach:
 * `npm run fuzz -- [--seconds N | --minutes N] [--seed N] [--target NAME]`.
 * Prints what was run, and each input for which something that must hold does not; exit 1 then, 2 for wrong usage.
 */
import { parseArgs } from 'node:util';
import { fuzz } from '../test/codec/fuzz/run.ts';
import { targets } from '../test/codec/fuzz/targets.ts';

const usage = `Usage: npm run fuzz -- [--seconds N | --minutes N] [--seed N] [--target NAME]
Targets: ${targets.map(({ name }) => name).join(', ')}`;

function fail(message: string): never {
  console.error(`${message}\n${usage}`);
  process.exit(2);
}

function numberOf(text: string, name: string): number {
  const value = Number(text);
  return Number.isInteger(value) && value >= 0 ? value : fail(`--${name} takes a whole number, not ${text}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seconds: { type: 'string' }, minutes: { type: 'string' }, seed: { type: 'string' }, target: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help === true) return console.log(usage);
  const { target } = values;
  if (target !== undefined && !targets.some(({ name }) => name === target)) fail(`there is no target ${target}`);
  const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : numberOf(values.seed, 'seed');
  const seconds = values.minutes === undefined ? numberOf(values.seconds ?? '30', 'seconds') : numberOf(values.minutes, 'minutes') * 60;
  const { failures, tallies } = await fuzz({ seed, seconds, isGuided: true, ...target === undefined ? {} : { target } });
  console.log(`seed ${seed}`);
  console.table(Object.fromEntries(tallies.map(({ target: name, ...tally }) => [name, tally])));
  for (const { target: name, input, message } of failures) console.error(`${name}: ${JSON.stringify(input)}\n  ${message.replaceAll('\n', '\n  ')}`);
  if (failures.length > 0) process.exitCode = 1;
}

await main().catch((error: Error) => fail(error.message));
