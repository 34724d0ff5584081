import { nearOrRelatedName } from '../../base/index.ts';
import { kindOf } from '../../explain/index.ts';
import { fetchAdmin, usualAdmin } from '../admin-client.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { isWanted, type LogFilter, logLineText, readLogLine } from '../log-line.ts';
import { followProgram, type LogReader, readLogFile, readLogInput } from '../log-source.ts';
import { interruption } from '../signals.ts';
import type { StatedObject } from '../stated-object.ts';
import { wholeNumber } from '../whole-number.ts';

export const logs: Command = {
  name: 'logs',
  summary: 'Show the requests of a route as they come.',
  usage: '[[KIND/][NAMESPACE/]ROUTE] [--admin URL | --access-log FILE] [options]',
  description: 'Shows the lines of the access log that are about a route, or about all. A running program is followed from now on, whether it writes an access log or not; a file is read from its begin.',
  options: {
    admin: { value: 'URL', help: `A running serve or proxy, by its admin endpoint; ${usualAdmin} if no file is named.` },
    'access-log': { value: 'FILE', help: 'An access log in JSON, or - for standard input.' },
    follow: { short: 'f', help: 'Of a file: go on with what is written to it, until you interrupt it.' },
    lines: { value: 'N', help: 'Of a file: only the last N lines of the route.' },
    errors: { help: 'Only what failed: 5xx, no answer, or a cause.' },
    namespace: { short: 'n', value: 'NAME', help: 'The namespace of the route.' },
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'For people, or the lines as they are.' },
  },
  completes: { names: 'route' },
  examples: [
    ['postern logs cart -n shop', 'what the program that runs here does for a route'],
    ['postern logs shop/cart --access-log access.json --errors', 'what went wrong, in a file'],
    ['kubectl logs deploy/web | postern logs --access-log -', 'the log of a pod, for people'],
  ],
  run: runLogs,
};

async function runLogs(args: Arguments): Promise<number> {
  if (args.positionals.length > 1) throw new UsageError('name one route, such as shop/cart');
  const file = args.value('access-log');
  if (file !== undefined && args.value('admin') !== undefined) throw new UsageError('name one source: --admin or --access-log');
  for (const option of ['lines', 'follow']) if (file === undefined && (args.value(option) !== undefined || args.on(option))) throw new UsageError(`--${option} belongs to --access-log; a running program is followed from now on`);
  const filter = filterOf(args);
  if (file !== undefined) return ofFile(file, filter, args);
  const admin = args.value('admin') ?? usualAdmin;
  const route = filter.name === undefined ? undefined : await routeAt(admin, filter);
  await followProgram(admin, route, printer(filter, args), interruption());
  return 0;
}

async function ofFile(file: string, filter: LogFilter, args: Arguments): Promise<number> {
  const most = args.value('lines') === undefined ? undefined : wholeNumber(args, 'lines', 0);
  const print = printer(filter, args);
  const last: string[] = [];
  let [isPast, read, understood] = [true, 0, 0];
  const reader: LogReader = {
    ...print,
    onLine(text) {
      if (text.trim() === '') return;
      read++;
      if (readLogLine(text) !== undefined) understood++;
      if (!isPast || most === undefined) return print.onLine(text);
      if (isWantedText(text, filter)) last.push(text);
      if (last.length > most) last.shift();
    },
    onEnd() {
      isPast = false;
      if (read > 0 && understood === 0) throw new UsageError(`${file} has no line of JSON; begin the program with --access-log-format json`);
      for (const text of last) print.onLine(text);
    },
  };
  if (file === '-') await readLogInput(reader);
  else await readLogFile(file, reader, args.on('follow') ? interruption() : undefined);
  return 0;
}

function isWantedText(text: string, filter: LogFilter): boolean {
  const line = readLogLine(text);
  return line !== undefined && isWanted(line, filter);
}

function printer(filter: LogFilter, args: Arguments): LogReader {
  const palette = paletteFor(process.stdout);
  return {
    onLine(text) {
      const line = readLogLine(text);
      if (line !== undefined && isWanted(line, filter)) process.stdout.write(`${args.value('output') === 'json' ? text : logLineText(line, palette)}\n`);
    },
    onLost: (count) => void process.stderr.write(`${count} lines came too fast and are not shown\n`),
  };
}

/** `cart`, `shop/cart`, `httproute/cart` or `httproute/shop/cart`. */
function filterOf(args: Arguments): LogFilter {
  const parts = (args.positionals[0] ?? '').split('/').filter((it) => it !== '');
  const kind = parts.length > 1 ? kindOf(parts[0]!) : undefined;
  const [name, namespace] = (kind === undefined ? parts : parts.slice(1)).toReversed();
  const asked = namespace ?? args.value('namespace');
  return { errors: args.on('errors'), ...(kind === undefined ? {} : { kind }), ...(asked === undefined ? {} : { namespace: asked }), ...(name === undefined ? {} : { name }) };
}

/** The route in a running program; undefined where the program has no objects. Throws UsageError where there is none of the name, or several. */
async function routeAt(admin: string, { kind, namespace, name = '' }: LogFilter): Promise<string | undefined> {
  const objects = (await (await fetchAdmin(admin, '/objects')).json() as StatedObject[]).filter((it) => it.kind.endsWith('Route'));
  if (objects.length === 0) return undefined;
  const found = objects.filter((it) => it.metadata.name === name && (kind === undefined || it.kind === kind) && (namespace === undefined || it.metadata.namespace === namespace));
  const words = ({ kind: of, metadata }: StatedObject): string => `${of}/${metadata.namespace ?? ''}/${metadata.name}`;
  if (found.length === 1) return words(found[0]!);
  if (found.length > 1) throw new UsageError(`several routes have the name ${name}: ${found.map(words).join(', ')}`);
  const near = nearOrRelatedName(name, objects.map(({ metadata }) => metadata.name));
  throw new UsageError(`there is no route ${namespace === undefined ? '' : `${namespace}/`}${name}${near === undefined ? '' : `; did you mean ${near}?`}`);
}
