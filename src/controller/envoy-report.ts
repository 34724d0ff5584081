import { kept, Memo } from '../base/index.ts';
import { refKey, type ListenerReport, type RefusedPart } from '../contract/index.ts';
import type { Ir, ListenerKey } from '../ir/index.ts';
import type { EnvoyGroup, EnvoyProblem, EnvoyResource, EnvoyResources } from '../xds/index.ts';

/** What is reported of a Gateway's listeners. */
export class ListenerReports {
  #told: ReadonlyMap<EnvoyResource, ListenerReport | undefined> = new Map();
  readonly #reports = new Memo<Readonly<Record<ListenerKey, ListenerReport>>>();

  /** Of those that no Envoy has answered for yet there is nothing. Listeners of one socket are one of Envoy's. The same table while nothing in it is other. */
  update(keys: Iterable<ListenerKey>, { listeners }: EnvoyResources, group: EnvoyGroup): Readonly<Record<ListenerKey, ListenerReport>> { // oxlint-disable-line max-params -- of what, by whom.
    this.#told = kept(this.#told, new Map([...listeners.values()].map((it) => [it, listenerReport(it, group)])));
    return this.#reports.of([keys, this.#told], (before) => kept(before, reportsOf(keys, this.#told)));
  }
}

function reportsOf(keys: Iterable<ListenerKey>, told: ReadonlyMap<EnvoyResource, ListenerReport | undefined>): Readonly<Record<ListenerKey, ListenerReport>> {
  // The first one counts, where several have a listener.
  const bySection = new Map([...told].reverse().flatMap(([{ origins }, report]) => origins.map((it): [string, ListenerReport | undefined] => [`${refKey(it)}/${it.section}`, report])));
  // Behind an `@` stands a further address of the listener.
  return Object.fromEntries([...keys].flatMap((key): [ListenerKey, ListenerReport][] => {
    const report = bySection.get(key) ?? bySection.get(key.replace(/@.*/s, ''));
    return report === undefined ? [] : [[key, report]];
  }));
}

function listenerReport({ name }: EnvoyResource, group: EnvoyGroup): ListenerReport | undefined {
  const why = group.problems.find((it) => it.kind === 'listeners' && it.name === name)?.why;
  if (group.hasListener(name)) return { state: 'serving', ...(why === undefined ? {} : { but: `Envoy refuses its newest form: ${why}` }) };
  if (why === undefined) return undefined;
  return { state: 'failed', reason: /cannot bind|in use|denied|not permitted/i.test(why) ? 'PortUnavailable' : 'Invalid', message: `Envoy refuses it: ${why}` };
}

/** The rules at fault. Envoy's routes have the names of those in the IR, with that of the target where each has one of its own. */
export function refusedRoutes(problems: readonly EnvoyProblem[], ir: Ir): RefusedPart[] {
  const rules = new Map<string, RefusedPart>();
  for (const { route, why } of problems) {
    const origin = route === undefined ? undefined : ir.routes[route.replace(/\/target\/\d+$/, '')]?.origin;
    if (origin !== undefined) rules.set(`${refKey(origin)} ${origin.rule}`, { origin, why });
  }
  return [...rules.values()];
}

/** Of all else that is kept back, a sentence each. */
export function keptBack(problems: readonly EnvoyProblem[]): string[] {
  return problems.filter((it) => it.route === undefined && it.kind !== 'listeners').map(({ kind, name, why }) => `Envoy refuses the ${kind === 'routes' ? 'routes of' : kind.replace(/s$/, '')} ${name}, and what was there before stays: ${why}.`);
}
