import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Check, Scenario } from './check.ts';

const cases = join(import.meta.dirname, 'cases');

/** The scenarios whose names contain one of the words, in the order of their numbers; all when no word is given. */
export async function loadScenarios(words: readonly string[] = []): Promise<Scenario[]> {
  const names = (await readdir(cases)).sort().filter((name) => words.length === 0 || words.some((word) => name.includes(word)));
  return Promise.all(names.map(async (name) => {
    const folder = join(cases, name);
    const { checks } = parse(await readFile(join(folder, 'checks.yaml'), 'utf8')) as { checks: Check[] };
    return { name, folder, checks };
  }));
}
