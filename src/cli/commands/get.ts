import { isDeepStrictEqual } from 'node:util';
import { nearOrRelatedName } from '../../base/index.ts';
import { paletteFor } from '../colour.ts';
import { columns } from '../columns.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { objectOptions, objectSource } from '../object-source.ts';
import { objectTables } from '../object-rows.ts';
import { interruption } from '../signals.ts';
import { kindsMeant, kindWords, oneOf, type StatedObject } from '../stated-object.ts';

export const get: Command = {
  name: 'get',
  summary: 'List Gateways, routes and policies with their state.',
  usage: 'gateways|routes|policies|KIND [NAME] [-f PATH… | --admin URL | --context NAME] [options]',
  description: 'Lists objects as kubectl does, from files, a running program or a cluster: what they are for and whether they are accepted.\nExit code 2: the object that was named is not there, or the usage is wrong.',
  options: {
    ...objectOptions,
    namespace: { short: 'n', value: 'NAME', help: 'Only of this namespace; of all if not given.' },
    output: { short: 'o', value: 'FORMAT', choices: ['wide', 'json', 'yaml', 'name'], help: 'More columns, whole objects, or names that explain takes; a table if not given.' },
    watch: { short: 'w', help: 'Then print objects again whenever they change, until you interrupt it.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  completes: { words: kindWords, names: 'of-kind' },
  examples: [
    ['postern get gateways', 'of the program that runs here'],
    ['postern get routes -o wide -w --context prod', 'of a cluster, and what becomes of them'],
    ['postern get httproute cart -n shop -o yaml -f ./manifests', 'one object with the status that it would get'],
  ],
  run: runGet,
};

async function runGet(args: Arguments): Promise<number> {
  const asked = askedObjects(args);
  const source = objectSource(args);
  const ending = args.on('watch') ? interruption() : undefined;
  const first = asked.fits(await source.read());
  if (asked.name !== undefined && first.length === 0 && !args.on('watch')) throw new UsageError(`there is no ${asked.one} ${asked.name}${asked.near(await source.read())}`);
  await print(first, args, 'head');
  if (ending === undefined) return 0;
  let before = first;
  await source.follow((objects) => {
    const now = asked.fits(objects);
    const news = now.filter((it) => !before.some((old) => isSame(old, it)));
    before = now;
    void print(news, args, 'rows');
  }, ending);
  return 0;
}

/** Times of conditions do not make it another. */
function isSame(a: StatedObject, b: StatedObject): boolean {
  const shown = (it: StatedObject): unknown => JSON.parse(JSON.stringify(it, (key, value: unknown) => (key === 'lastTransitionTime' || key === 'managedFields' || key === 'resourceVersion' ? undefined : value)));
  return nameOf(a) === nameOf(b) && isDeepStrictEqual(shown(a), shown(b));
}

interface AskedObjects {
  /** What one of them is called. */
  readonly one: string;
  readonly name: string | undefined;
  fits(objects: readonly StatedObject[]): StatedObject[];
  near(objects: readonly StatedObject[]): string;
}

function askedObjects(args: Arguments): AskedObjects {
  const [first, second, ...more] = args.positionals;
  if (first === undefined || more.length > 0) throw new UsageError(`name what to list: ${kindWords.slice(0, 4).join(', ')}, or a kind`);
  const [word = '', ...named] = first.split('/');
  const kinds = kindsMeant(word);
  if (kinds === undefined) {
    const near = nearOrRelatedName(word.toLowerCase(), kindWords);
    throw new UsageError(`${word} is nothing that has a state${near === undefined ? '' : `; did you mean ${near}?`}`);
  }
  const [name, inName] = [...named, ...(second ?? '').split('/')].filter((it) => it !== '').toReversed();
  const namespace = inName ?? args.value('namespace');
  const ofKind = (objects: readonly StatedObject[]): StatedObject[] => objects.filter(({ kind, metadata }) => kinds.includes(kind) && (namespace === undefined || (metadata.namespace ?? namespace) === namespace));
  return {
    one: oneOf(kinds), name,
    fits: (objects) => ofKind(objects).filter(({ metadata }) => name === undefined || metadata.name === name),
    near(objects) {
      const near = name === undefined ? undefined : nearOrRelatedName(name, ofKind(objects).map(({ metadata }) => metadata.name));
      return near === undefined ? '' : `; did you mean ${near}?`;
    },
  };
}

function nameOf({ kind, metadata: { namespace, name } }: StatedObject): string {
  return `${kind.toLowerCase()}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

async function print(objects: readonly StatedObject[], args: Arguments, what: 'head' | 'rows'): Promise<void> {
  const format = args.value('output');
  switch (format) {
    case 'name': process.stdout.write(objects.map((it) => `${nameOf(it)}\n`).join('')); return;
    case 'json': process.stdout.write(objects.length === 0 && what === 'rows' ? '' : `${JSON.stringify(listed(objects), null, 2)}\n`); return;
    case 'yaml': {
      const { stringify } = await import('yaml');
      process.stdout.write(objects.map((it) => `${what === 'rows' ? '---\n' : ''}${stringify(it, { lineWidth: 0, aliasDuplicateObjects: false })}`).join(what === 'head' ? '---\n' : ''));
      return;
    }
    default: printTables(objects, { isWide: format === 'wide', what });
  }
}

/** One object is printed as it is, as kubectl does. */
function listed(objects: readonly StatedObject[]): unknown {
  return objects.length === 1 ? objects[0] : { apiVersion: 'v1', kind: 'List', items: objects };
}

function printTables(objects: readonly StatedObject[], { isWide, what }: { readonly isWide: boolean; readonly what: 'head' | 'rows' }): void {
  const palette = paletteFor(process.stdout);
  if (objects.length === 0 && what === 'head') process.stderr.write('nothing of this kind\n');
  const tables = objectTables(objects, { isWide, now: Date.now() }).map(({ head, rows }) => {
    const [first = '', ...lines] = columns([head, ...rows.map(({ cells }) => cells)]);
    return [...(what === 'head' ? [palette.dim(first)] : []), ...lines.map((line, index) => (rows[index]!.cells.some((it) => /^(?:False|Unknown|none|\d+ of)\b/.test(it)) ? palette.red(line) : line))].join('\n');
  });
  if (tables.length > 0) process.stdout.write(`${tables.join('\n\n')}\n`);
}
