import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';

/** For tests: a folder that goes away with the test. */
export function tempFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-source-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** For tests: waits until `condition` gives a value other than undefined and false; the test's own time limit is the only one. */
export async function until<T>(context: TestContext, condition: () => T | undefined | false): Promise<T> {
  for (;;) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    await setTimeout(5, undefined, { signal: context.signal });
  }
}
