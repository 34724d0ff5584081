import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { proxyOptions, proxySettings } from '../../src/cli/proxy-settings.ts';
import { toOptions } from '../../src/proxy/options.ts';
import { readPage } from './markdown.ts';

/** Limits and times of `serve`, by name, with their defaults as the page writes them. */
function defaults(option: 'limit' | 'timeout'): Map<string, string> {
  const names = proxyOptions[option]!.help.split(': ').at(-1)!.replace(/\.$/, '').split(', ');
  const options = toOptions({});
  return new Map(names.map((name) => {
    const given = proxySettings({ positionals: [], on: () => false, value: () => undefined, values: (it) => (it === option ? [`${name}=${option === 'limit' ? '1' : '1s'}`] : []) });
    const [field] = Object.keys({ ...given.limits, ...given.timeouts });
    const value = ({ ...options.limits, ...options.timeouts } as Record<string, number>)[field!]!;
    return [name, option === 'limit' ? size(value) : time(value)];
  }));
}

function size(value: number): string {
  if (value === Infinity) return 'none';
  return value >= 8192 && value % 1024 === 0 ? `${value / 1024}Ki` : String(value);
}

function time(ms: number): string {
  if (ms === 0) return 'none';
  return ms % 3_600_000 === 0 ? `${ms / 3_600_000}h` : `${ms / 1000}s`;
}

/** Rows of the page's tables of limits and times that are missing, unknown, or name another default than the code. */
export function wrongDefaults(root: string, file: string): string[] {
  const { prose } = readPage(readFileSync(join(root, file), 'utf8'));
  const rows = prose.flatMap((line) => {
    const cells = /^\| `([a-z-]+)` \| ([^|]+) \| [^|]+ \|$/.exec(line);
    return cells === null ? [] : [[cells[1]!, cells[2]!.trim()] as const];
  });
  const known = new Map([...defaults('limit'), ...defaults('timeout')]);
  const written = new Map(rows);
  return [
    ...[...known].filter(([name, value]) => written.get(name) !== value).map(([name, value]) => `${file}: the default of ${name} is ${value}, not ${written.get(name) ?? 'written'}`),
    ...[...written.keys()].filter((name) => !known.has(name)).map((name) => `${file}: there is no limit or time ${name}`),
  ];
}
