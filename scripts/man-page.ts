/** Writes the manual page to dist/man, where package.json says that it is. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { manPage } from '../src/cli/man-page.ts';
import { allCommands } from '../src/cli/run.ts';
import { version } from '../src/cli/version.ts';

const folder = join(import.meta.dirname, '../dist/man');
mkdirSync(folder, { recursive: true });
// Without a date of the day, so that the same sources give the same package.
writeFileSync(join(folder, 'postern.1'), manPage(await allCommands(), { version, date: '' }));
