import type { GatewayReport, ListenerReport, RefusedPart } from '../contract/index.ts';

/** What data planes of one Gateway made of its configuration: those that follow one replica of the controller, or all. */
export interface PlaneReport {
  /** By key; absent where none has told yet. */
  readonly listeners: Readonly<Record<string, ListenerReport>>;
  readonly gateway: GatewayReport;
  /** Absent: nothing. */
  readonly refused?: readonly RefusedPart[];
}

export const noReport: PlaneReport = { listeners: {}, gateway: {} };

/** Whether anything is in a table. */
export function hasEntries(table: Readonly<Record<string, unknown>>): boolean {
  for (const _ in table) return true;
  return false;
}

/** Whether some data plane carries a listener. */
export function servesAny({ listeners }: PlaneReport): boolean {
  for (const key in listeners) if (listeners[key]!.state === 'serving') return true;
  return false;
}

/** What several replicas know, as one: a listener is served where one of them knows a data plane that serves it. `isPresumed`: all of `keys` are served. */
export function joinReports(reports: readonly PlaneReport[], keys: Iterable<string>, isPresumed: boolean): PlaneReport {
  const listeners: Record<string, ListenerReport> = {};
  for (const key of keys) {
    const joined: ListenerReport | undefined = isPresumed ? { state: 'serving' } : joinListener(reports.flatMap((it) => it.listeners[key] ?? []));
    if (joined !== undefined) listeners[key] = joined;
  }
  const but = sentences(reports.map((it) => it.gateway.but));
  const waiting = reports.flatMap((it) => it.gateway.waiting ?? []);
  // Where traffic is carried, what is on its way is no news.
  const waits = isPresumed || hasEntries(listeners) ? {} : { waiting: waiting.length === 0 ? 'no data plane has asked for it yet' : waiting.join('; ') };
  const refused = new Map(reports.flatMap((it) => it.refused ?? []).map((it) => [JSON.stringify(it), it]));
  return { listeners, gateway: { ...waits, ...(but === undefined ? {} : { but }) }, ...(refused.size === 0 ? {} : { refused: [...refused.values()] }) };
}

function joinListener(reports: readonly ListenerReport[]): ListenerReport | undefined {
  const failed = reports.flatMap((it) => (it.state === 'failed' ? [it] : []));
  if (failed.length === reports.length) return failed[0];
  const but = sentences(reports.map((it) => (it.state === 'serving' ? it.but : `Not by ${it.message}`)));
  return { state: 'serving', ...(but === undefined ? {} : { but }) };
}

function sentences(all: readonly (string | undefined)[]): string | undefined {
  const said = all.filter((it) => it !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
}
