import { setTimeout as wait } from 'node:timers/promises';
import { fetchAdmin, usualAdmin } from '../admin-client.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { interruption } from '../signals.ts';
import { readSamples } from '../top/metrics-text.ts';
import { topText } from '../top/top-text.ts';
import { lookAt, sorted, type Look, type SortKey, trafficBetween } from '../top/traffic.ts';
import { wholeNumber } from '../whole-number.ts';

const sortKeys = ['requests', 'errors', 'latency', 'name'] as const satisfies readonly SortKey[];
/** Lines that are not rows. */
const frameLines = 6;

export const top: Command = {
  name: 'top',
  summary: 'Show requests, errors and latency by route, live.',
  usage: '[--admin URL]… [options]',
  description: 'Reads the metrics of a running program again and again, and shows what happened in between, the busiest route first. Routes are told apart where the program was begun with --metrics-by-route; else listeners and backends are. At a terminal r, e, l and n sort by requests, errors, latency or name, and q ends it.',
  options: {
    admin: { value: 'URL', repeats: true, help: `A running serve or proxy, by its admin endpoint; several are added up; ${usualAdmin} if not given.` },
    interval: { value: 'SECONDS', help: 'Time between two looks; 2 if not given.' },
    count: { value: 'N', help: 'End after N tables; without end at a terminal, and 1 elsewhere, if not given.' },
    sort: { value: 'KEY', choices: sortKeys, help: 'What the order is by; requests if not given.' },
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'A table, or one line of JSON for each look.' },
  },
  examples: [
    ['postern top', 'the program that runs here'],
    ['postern top --admin 127.0.0.1:9901 --sort latency', 'the slowest first'],
    ['postern top --count 1 -o json', 'for a script'],
  ],
  run: runTop,
};

async function runTop(args: Arguments): Promise<number> {
  const { seconds, most, by, isLive, admins } = askedTop(args);
  const keys = new Keys(by, isLive);
  let before = await look(admins);
  for (let shown = 0; shown < most; shown++) {
    if (!(await wait(seconds * 1000, true, { signal: keys.ending }).catch(() => false))) break;
    const now = await look(admins);
    show({ before, now, by: keys.by, isLive }, args);
    before = now;
  }
  keys.close();
  return 0;
}

interface AskedTop {
  readonly seconds: number;
  /** Tables. */
  readonly most: number;
  readonly by: SortKey;
  /** Whether one table takes the place of the other. */
  readonly isLive: boolean;
  readonly admins: readonly string[];
}

function askedTop(args: Arguments): AskedTop {
  if (args.positionals.length > 0) throw new UsageError('top takes no names; it shows all routes');
  const seconds = wholeNumber(args, 'interval', 2);
  if (seconds < 1) throw new UsageError('--interval 0: give at least one second');
  const isLive = process.stdout.isTTY === true && args.value('output') !== 'json';
  const most = args.value('count') === undefined && isLive ? Infinity : wholeNumber(args, 'count', 1);
  const admins = args.values('admin').length === 0 ? [usualAdmin] : args.values('admin');
  return { seconds, most, by: (args.value('sort') ?? 'requests') as SortKey, isLive, admins };
}

async function look(admins: readonly string[]): Promise<Look> {
  const texts = await Promise.all(admins.map(async (it) => (await fetchAdmin(it, '/metrics')).text()));
  return lookAt(texts.flatMap((it) => readSamples(it, 'postern_request')), performance.now());
}

interface Shown {
  readonly before: Look;
  readonly now: Look;
  readonly by: SortKey;
  readonly isLive: boolean;
}

function show({ before, now, by, isLive }: Shown, args: Arguments): void {
  const rows = sorted(trafficBetween(before, now), by);
  if (args.value('output') === 'json') {
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), active: now.active, byRoute: now.byRoute, rows })}\n`);
    return;
  }
  const most = isLive ? Math.max(1, (process.stdout.rows ?? 24) - frameLines) : Infinity;
  const text = topText({ rows, active: now.active, byRoute: now.byRoute, title: new Date().toTimeString().slice(0, 8) }, paletteFor(process.stdout), most);
  // Home, each line to its end, and the rest of the screen: nothing flickers.
  process.stdout.write(isLive ? `\u001b[H${text.replaceAll('\n', '\u001b[K\n')}\u001b[J` : text);
}

/** What a person types at the terminal while it runs. */
class Keys {
  by: SortKey;
  readonly ending: AbortSignal;
  readonly #quit = new AbortController();
  readonly #listens: boolean;
  readonly #onKey = (key: Buffer): void => this.#typed(key.toString());

  constructor(by: SortKey, isLive: boolean) {
    this.by = by;
    this.ending = AbortSignal.any([this.#quit.signal, interruption()]);
    this.#listens = isLive && process.stdin.isTTY;
    if (isLive) process.stdout.write('\u001b[2J');
    if (!this.#listens) return;
    process.stdin.setRawMode(true);
    process.stdin.on('data', this.#onKey);
  }

  #typed(key: string): void {
    const sort = sortKeys.find((it) => it[0] === key);
    if (sort !== undefined) this.by = sort;
    if (key === 'q' || key === '\u0003') this.#quit.abort();
  }

  close(): void {
    if (!this.#listens) return;
    process.stdin.off('data', this.#onKey);
    process.stdin.setRawMode(false);
    process.stdin.pause();
  }
}
