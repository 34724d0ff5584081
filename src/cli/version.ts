import { readFileSync } from 'node:fs';

/** The package's version; package.json is two folders up, in the sources and in the compiled package alike. */
export const version: string = (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version;
