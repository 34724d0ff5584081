/** For the bundler: what is imported from a room comes from the file that has it, so that a command loads these files and not the whole room. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

interface Place {
  readonly file: string;
  /** Its name there. */
  readonly name: string;
}

const exported = /export\s+\{([^}]*)\}\s+from\s+'([^']+)'/g;
const imported = /import\s+\{([^}]*)\}\s+from\s+'((?:\.\.\/)+[\w-]+\/index\.ts)';/g;

export function throughRooms(root: string): Plugin {
  const rooms = new Map<string, ReadonlyMap<string, Place>>();
  const placesIn = (index: string): ReadonlyMap<string, Place> => {
    const known = rooms.get(index) ?? readRoom(index);
    rooms.set(index, known);
    return known;
  };
  return {
    name: 'through-rooms',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.startsWith(join(root, 'src'))) return undefined;
        const text = await readFile(path, 'utf8');
        const contents = text.replace(imported, (statement, names: string, from: string) => importsFrom(path, names, placesIn(resolve(dirname(path), from))) ?? statement);
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** What a room's index hands on, by the name it has outside. Types are nothing to a bundler. */
function readRoom(index: string): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [, names = '', from = ''] of readFileSync(index, 'utf8').matchAll(exported)) {
    for (const { name, alias } of namesIn(names)) places.set(alias, { file: resolve(dirname(index), from), name });
  }
  return places;
}

/** Imports of the same names from the files that have them; undefined where a name is not simply handed on. */
function importsFrom(path: string, names: string, places: ReadonlyMap<string, Place>): string | undefined {
  const statements = namesIn(names).map(({ name, alias }) => {
    const place = places.get(name);
    return place === undefined ? undefined : `import { ${place.name} as ${alias} } from './${relative(dirname(path), place.file)}';`;
  });
  return statements.includes(undefined) ? undefined : statements.join(' ');
}

function namesIn(list: string): { readonly name: string; readonly alias: string }[] {
  return list.split(',').map((it) => it.trim()).filter((it) => it !== '' && !it.startsWith('type ')).map((it) => {
    const [name = '', alias = name] = it.split(/\s+as\s+/);
    return { name, alias };
  });
}
