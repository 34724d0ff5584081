/** The bundle takes from a room what is used of it, and not the room. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { throughRooms } from '../../scripts/through-rooms.ts';
import { tempFolder } from '../harness/temp-folder.ts';

test('what is imported from a room comes from the file that has it', async (t) => {
  const root = await tempFolder(t);
  const files = {
    'src/room/index.ts': "export { first, type Size } from './first.ts';\nexport { second as other } from './second.ts';\nexport { third } from './third.ts';",
    'src/room/first.ts': 'export type Size = number;\nexport const first = 1;',
    'src/room/second.ts': 'export const second = 2;',
    'src/room/third.ts': "export const third = console.log('third');",
    'src/main/main.ts': "import {\n  first, type Size,\n  other as own,\n} from '../room/index.ts';\nconst sum: Size = first + own;\nconsole.log(sum);",
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  const { metafile } = await build({ entryPoints: [join(root, 'src/main/main.ts')], bundle: true, write: false, metafile: true, outdir: root, plugins: [throughRooms(root)] });
  assert.deepEqual(Object.keys(metafile.inputs).map((name) => name.slice(name.lastIndexOf('/src/') + 5)).sort(), ['main/main.ts', 'room/first.ts', 'room/second.ts']);
});
