import type { Known } from '../explain/index.ts';
export async function recordTests(_file: string, _known: Known): Promise<number> {
  await Promise.resolve();
  return 0;
}
