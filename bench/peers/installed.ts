import { spawnSync } from 'node:child_process';
import { searchPath } from '../search-path.ts';

/** What a program prints about its version, first line, or undefined where it is not installed. */
export function installedVersion(command: string, args: readonly string[]): string | undefined {
  const run = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: searchPath } });
  if (run.error !== undefined) return undefined;
  return `${run.stdout}${run.stderr}`.trim().split('\n')[0] ?? '';
}

export function debianPackage(name: string): string {
  return `${name} is missing; get it with: apt-get install ${name}`;
}
