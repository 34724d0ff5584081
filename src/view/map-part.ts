import { type LaneName, laneNames, type MapRow, type TrafficMap } from './lanes.ts';
import { type Page, pageOf, type Slice } from './page.ts';
import type { State } from './state.ts';

/** A lane with how many of its boxes are in which state. */
export type LanePart = Page<MapRow> & { readonly states: Readonly<Record<State, number>> };

export interface MapPart {
  readonly lanes: Readonly<Partial<Record<LaneName, LanePart>>>;
  /** The box that the map is about; absent: it is about all. */
  readonly focus?: MapRow;
}

export interface MapQuestion {
  /** Key of a box: only what leads to it and what it leads to. */
  readonly focus?: string;
  /** Only boxes whose title or words have this, and what they are joined with. */
  readonly text?: string;
  /** Only this lane; all if absent. */
  readonly lane?: LaneName;
  readonly slice: Slice;
}

/** A part of the map that a person can look at. */
export function mapPart(map: TrafficMap, { focus, text = '', lane, slice }: MapQuestion): MapPart {
  const about = focus === undefined ? undefined : map.byKey.get(focus);
  const kept = about === undefined && text === '' ? undefined : keptOf(map, about, text);
  const names = lane === undefined ? laneNames : [lane];
  const lanes = Object.fromEntries(names.map((name) => [name, lanePart(kept === undefined ? map.lanes[name] : map.lanes[name].filter(({ key }) => kept.has(key)), map, slice)]));
  return { lanes, ...(about === undefined ? {} : { focus: short(about, map) }) };
}

function lanePart(rows: readonly MapRow[], map: TrafficMap, slice: Slice): LanePart { // oxlint-disable-line max-params -- of what, of which whole, which part.
  const states = { good: 0, warning: 0, bad: 0, unknown: 0 };
  for (const { state } of rows) states[state]++;
  const { rows: sent, ...page } = pageOf(rows, slice);
  return { ...page, rows: sent.map((it) => short(it, map)), states };
}

/** A listener leads to thousands of routes, each of which names the listener: a line is known from one of its ends. */
const mostEnds = 50;

function short(row: MapRow, { back }: TrafficMap): MapRow {
  return { ...row, to: row.to.slice(0, mostEnds), from: (back.get(row.key) ?? []).slice(0, mostEnds) };
}

/** The lanes of one picture are asked for one by one. */
const latest = new WeakMap<TrafficMap, { readonly of: string; readonly kept: ReadonlySet<string> }>();

function keptOf(map: TrafficMap, about: MapRow | undefined, text: string): ReadonlySet<string> { // oxlint-disable-line max-params -- of which map, and what is asked.
  const of = about === undefined ? `text ${text}` : `box ${about.key}`;
  const known = latest.get(map);
  if (known?.of === of) return known.kept;
  const kept = joinedWith(map, about === undefined ? matching(map, text) : [about.key]);
  latest.set(map, { of, kept });
  return kept;
}

function matching({ byKey }: TrafficMap, text: string): string[] {
  const wanted = text.toLowerCase();
  return [...byKey.values()].flatMap(({ key, title, words }) => (title.toLowerCase().includes(wanted) || words.toLowerCase().includes(wanted) ? [key] : []));
}

/** Everything upstream and everything downstream; not what else those lead to. */
function joinedWith({ byKey, back }: TrafficMap, roots: readonly string[]): ReadonlySet<string> {
  return new Set([...reached(roots, (key) => back.get(key) ?? []), ...reached(roots, (key) => byKey.get(key)?.to ?? [])]);
}

function reached(roots: readonly string[], next: (key: string) => readonly string[]): Set<string> {
  const seen = new Set(roots);
  const waiting = [...roots];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    for (const other of next(key)) {
      if (seen.has(other)) continue;
      seen.add(other);
      waiting.push(other);
    }
  }
  return seen;
}
