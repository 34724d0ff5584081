import type { ConsoleView } from '../../admin/index.ts';
import type { AttachSettings } from '../../attach/index.ts';
import type { MetricFamily } from '../../contract/index.ts';
import type { Applied } from '../../controller/index.ts';
import { trafficFindings } from '../../explain/index.ts';
import { rehearse, rehearseConnection } from '../../proxy/index.ts';
import {
  certificateRows, filterObjects, type InForce, laneNames, mapPart, objectCounts, objectPanel, objectRows, overview, pageOf, problemRows, search, type Slice, stageNames, Stages, trafficMap, type XdsResource,
} from '../../view/index.ts';
import { answerQueryWith, type Explained, knownInForce } from '../explain-live.ts';
import { endOfChain } from './end-of-chain.ts';
import { type LineReader, RecentFailures } from './recent-failures.ts';
import { Turns } from './turns.ts';
import { allTraffic, TrafficHistory } from './traffic-history.ts';

/** What the console is made from; read anew for each look. */
export interface ConsoleSource {
  /** Tells it from others of the same program. */
  readonly name: string;
  /** What is in force; undefined before the first configuration. */
  applied(): Applied | undefined;
  settings(): AttachSettings;
  /** Absent where no requests are counted: in a controller. */
  metrics?(): Promise<readonly MetricFamily[]>;
  /** Requests as they end, while somebody asks; absent or undefined where there are none to tell. */
  readonly lines?: LineReader;
  /** Those that follow this program; undefined where it carries the traffic itself. */
  dataPlanes?(): readonly unknown[] | undefined;
  /** Milliseconds since 1970; the clock's if absent. */
  now?(): number;
  /** Which program this is, in words. */
  readonly title: string;
}

function nowOf({ now = () => Date.now() }: ConsoleSource): number {
  return now();
}

/** Views of one configuration, each made when it is looked at for the first time. */
class Looked {
  readonly inForce: InForce;
  #map: ReturnType<typeof trafficMap> | undefined;
  #objects: ReturnType<typeof objectRows> | undefined;
  #stages: Promise<Stages> | undefined;

  constructor(applied: Applied, source: ConsoleSource) {
    const { model, graph, ir, report, findings } = applied;
    const known = knownInForce({ ir, report, objects: { model, findings, settings: source.settings(), graph } }) as InForce['known'];
    const traffic = trafficFindings(known, { rehearse, rehearseConnection }, nowOf(source));
    this.inForce = { ...applied, findings: [...findings, ...traffic], known };
  }

  get map(): ReturnType<typeof trafficMap> {
    return this.#map ??= trafficMap(this.inForce);
  }

  get objects(): ReturnType<typeof objectRows> {
    return this.#objects ??= objectRows(this.inForce);
  }

  /** Translating for Envoy takes code of its own, which is loaded for those who look at stages. */
  stages(): Promise<Stages> {
    return this.#stages ??= import('./xds-stage.ts').then(async ({ xdsResources }) => new Stages(this.inForce, await xdsResources(this.inForce.ir).catch(untranslated)));
  }
}

/** A bug of the translation is said at its own stage, and does not hide those before it. */
function untranslated(error: unknown): XdsResource[] {
  return [{ type: 'problem', name: `a bug in Postern: ${String(error)}`, origins: [], read: () => String(error) }];
}

/** Seconds between two looks at the counters. */
const stepSeconds = 2;
/** Counters are looked at for as long as somebody looks at them, and a while longer. Milliseconds. */
const keepsLooking = 600_000;

/** Answers what the page of the console asks. Loaded with the first look at it. */
export class ConsoleViews implements ConsoleView {
  readonly #sources: () => readonly ConsoleSource[];
  readonly #history = new TrafficHistory();
  readonly #failures = new RecentFailures();
  readonly #followers = new Set<() => void>();
  /** By the name of the source. */
  readonly #looked = new Map<string, { readonly of: Applied; readonly looked: Looked }>();
  /** What is shown of each source: the newest, or for a moment the one before. */
  readonly #shown = new Map<string, Applied>();
  readonly #turns = new Turns(() => this.#advance());
  #timer: NodeJS.Timeout | undefined;
  #lastLook = 0;

  /** Of several sources, such as the classes of a controller, a query says with `source` which one it means; the first if it says nothing. */
  constructor(sources: () => readonly ConsoleSource[]) {
    this.#sources = sources;
  }

  async view(name: string, query: URLSearchParams): Promise<unknown> {
    this.#watchTraffic();
    const read = views[name];
    if (read === undefined) return undefined;
    const source = this.#sourceOf(query);
    const looked = source === undefined ? undefined : this.#now(source);
    if (source === undefined || looked === undefined) return { problem: 'nothing is in force yet' };
    return this.#turns.spend(() => read({ looked, query, history: this.#history, failures: this.#failures, source }));
  }

  /** What every page shows, and how it learns that something is new. */
  pulse(query: URLSearchParams): unknown {
    this.#watchTraffic();
    const source = this.#sourceOf(query);
    const all = this.#history.series(allTraffic);
    return {
      title: source?.title ?? '', begun: Math.round(performance.timeOrigin), revision: source === undefined ? 0 : this.#shownOf(source)?.revision ?? 0, step: stepSeconds, rate: all?.rate.at(-1) ?? 0, failed: all?.failed.at(-1) ?? 0,
      counts: source?.metrics !== undefined, planes: source?.dataPlanes?.() !== undefined, sources: this.#sources().map(({ name }) => name), of: source?.name ?? '',
    };
  }

  #sourceOf(query: URLSearchParams): ConsoleSource | undefined {
    const sources = this.#sources();
    return sources.find(({ name }) => name === query.get('source')) ?? sources[0];
  }

  follow(changed: () => void): () => void {
    this.#followers.add(changed);
    this.#watchTraffic();
    return () => void this.#followers.delete(changed);
  }

  /** Another configuration is in force. */
  applied(): void {
    this.#turns.want();
  }

  #advance(): void {
    this.#shown.clear();
    for (const changed of this.#followers) changed();
  }

  #shownOf(source: ConsoleSource): Applied | undefined {
    const applied = this.#shown.get(source.name) ?? source.applied();
    if (applied !== undefined) this.#shown.set(source.name, applied);
    return applied;
  }

  close(): void {
    this.#turns.stop();
    this.#stopCounting();
  }

  #stopCounting(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #now(source: ConsoleSource): Looked | undefined {
    const applied = this.#shownOf(source);
    if (applied === undefined) return undefined;
    const known = this.#looked.get(source.name);
    if (known?.of === applied) return known.looked;
    const looked = this.#turns.spend(() => new Looked(applied, source));
    this.#looked.set(source.name, { of: applied, looked });
    return looked;
  }

  #watchTraffic(): void {
    this.#lastLook = performance.now();
    if (this.#timer !== undefined || this.#counted === undefined) return;
    void this.#sample();
    this.#timer = setInterval(() => void this.#sample(), stepSeconds * 1000).unref();
  }

  /** Traffic is that of the program, whatever source is looked at. */
  get #counted(): ConsoleSource['metrics'] {
    return this.#sources().find(({ metrics }) => metrics !== undefined)?.metrics;
  }

  async #sample(): Promise<void> {
    if (this.#followers.size === 0 && performance.now() - this.#lastLook > keepsLooking) return this.#stopCounting();
    try {
      this.#history.add(await this.#counted?.() ?? [], performance.now());
    } catch {
      // A worker was lost in the middle of its answer: the next look counts what this one missed.
      return undefined;
    }
    for (const changed of this.#followers) changed();
    return undefined;
  }
}

interface Asked {
  readonly looked: Looked;
  readonly query: URLSearchParams;
  readonly history: TrafficHistory;
  readonly failures: RecentFailures;
  readonly source: ConsoleSource;
}

type ViewReader = (asked: Asked) => unknown;

const views: Readonly<Record<string, ViewReader>> = {
  overview: ({ looked, query, source }) => ({
    ...overview(looked.inForce, slice(query, 20)),
    certificates: certificateRows(looked.inForce.ir, { now: nowOf(source), endOf: endOfChain }).filter(({ state }) => state !== 'good').slice(0, 5),
    dataPlanes: source.dataPlanes?.() ?? [],
  }),
  problems: ({ looked, query }) => pageOf(problemRows(looked.inForce.findings), slice(query)),
  map: ({ looked, query }) => {
    const lane = laneNames.find((it) => it === query.get('lane'));
    const [focus, text] = [query.get('focus') ?? undefined, query.get('q') ?? undefined];
    return mapPart(looked.map, { slice: slice(query, 40), ...(focus === undefined ? {} : { focus }), ...(text === undefined ? {} : { text }), ...(lane === undefined ? {} : { lane }) });
  },
  objects: ({ looked, query }) => {
    const text = (name: string): string => query.get(name) ?? '';
    const rows = filterObjects(looked.objects, { kind: text('kind'), namespace: text('namespace'), state: text('state'), text: text('q') });
    return { ...pageOf(rows, slice(query)), ...objectCounts(looked.objects) };
  },
  object: ({ looked, query }) => objectPanel({ name: query.get('name') ?? '', tries: query.has('tries') }, looked.inForce),
  search: ({ looked, query }) => search(query.get('q') ?? '', looked.objects, looked.inForce.ir),
  request: ({ looked: { inForce: { known } }, query }) => {
    const { trying: _, ...meaning } = known.meaning;
    return withNearRules(answerQueryWith(withHeaders(query), query.has('tries') ? known : { ...known, meaning }));
  },
  certificates: ({ looked, source }) => certificateRows(looked.inForce.ir, { now: nowOf(source), endOf: endOfChain }),
  planes: ({ source }) => source.dataPlanes?.() ?? [],
  stages: async ({ looked, query }) => pageOf((await looked.stages()).rows(stageOf(query), query.get('q') ?? ''), slice(query)),
  stage: async ({ looked, query }) => {
    const entry = (await looked.stages()).entry(stageOf(query), query.get('key') ?? '');
    if (entry === undefined) return { problem: `there is no ${query.get('key') ?? ''} at this stage` };
    const { stringify } = await import('yaml');
    const { value, ...rest } = entry;
    return { ...rest, yaml: stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }) };
  },
  traffic: ({ query, history }) => ({
    step: stepSeconds, steps: history.steps, series: Object.fromEntries([allTraffic, ...query.getAll('key')].map((key) => [key, history.series(key) ?? null])),
  }),
  failures: ({ query, failures, source: { lines } }) => (lines === undefined ? [] : failures.read(lines, query.get('of') ?? '')),
  busiest: ({ query, history }) => {
    const { rows, ...page } = pageOf(history.busiest(query.get('prefix') ?? ''), slice(query, 50));
    return { ...page, rows: rows.map((it) => ({ ...it, series: history.series(it.key) })) };
  },
};

/** The form has all headers in one field, a line each. */
function withHeaders(query: URLSearchParams): string {
  const asked = new URLSearchParams(query);
  asked.delete('headers');
  for (const line of (query.get('headers') ?? '').split('\n')) if (line.includes(':')) asked.append('header', `${line.slice(0, line.indexOf(':')).trim()}:${line.slice(line.indexOf(':') + 1).trim()}`);
  for (const [name, value] of query) if (value === '') asked.delete(name);
  return asked.toString();
}

/** Rules that do not match are as many as routes: those that came nearest are sent, and how many there are. */
const mostMisses = 60;

function withNearRules(explained: Explained): Explained & { readonly moreRules?: number } {
  if (!('rules' in explained)) return explained;
  const misses = explained.rules.filter(({ result }) => result === 'not').sort((a, b) => lateness(b.why) - lateness(a.why));
  const near = new Set(misses.slice(0, mostMisses));
  return { ...explained, rules: explained.rules.filter((it) => it.result !== 'not' || near.has(it)), moreRules: misses.length - near.size };
}

/** One that fails late is nearer to what was meant than one of another host. */
function lateness(why = ''): number {
  return why.startsWith('host ') ? 0 : why.startsWith('path ') ? 1 : 2;
}

function stageOf(query: URLSearchParams): (typeof stageNames)[number] {
  return stageNames.find((it) => it === query.get('stage')) ?? 'objects';
}

function slice(query: URLSearchParams, count = 100): Slice {
  const number = (name: string, otherwise: number): number => (/^\d{1,9}$/.test(query.get(name) ?? '') ? Number(query.get(name)) : otherwise);
  return { from: number('from', 0), count: number('count', count) };
}
