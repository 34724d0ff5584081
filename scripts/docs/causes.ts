import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { refusals, untold } from '../../src/proxy/errors.ts';

/** Every cause: those of the proxy's tables, and those that `lower` decides on. */
export function causes(root: string): Set<string> {
  const found = new Set<string>([...Object.keys(refusals), ...Object.keys(untold)]);
  for (const file of ['src/lower/action.ts', 'src/lower/auth.ts', 'src/proxy/route/action.ts']) {
    for (const line of readFileSync(join(root, file), 'utf8').split('\n')) {
      if (!/\bfailure\(|\bbecause: '|^const causes/.test(line)) continue;
      for (const [, cause] of line.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)) found.add(cause!);
    }
  }
  return found;
}
