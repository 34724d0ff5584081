import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const environment = { ...process.env, GOTOOLCHAIN: 'auto' };

/** Fetches modules, `path@version`, while there is a network. */
export function downloadModules(modules: readonly string[]): void {
  execFileSync('go', ['mod', 'download', ...modules], { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The folder of a module that was fetched. */
export function goModule(module: string): string {
  return join(execFileSync('go', ['env', 'GOMODCACHE'], { encoding: 'utf8' }).trim(), module);
}
