import { refKey, type ListenerReport, type RefusedPart } from '../contract/index.ts';
import type { Ir, ListenerKey } from '../ir/index.ts';
import type { EnvoyGroup, EnvoyProblem, EnvoyResource, EnvoyResources } from '../xds/index.ts';

/** What became of listeners; of those that no Envoy has answered for yet there is nothing. Listeners of one socket are one of Envoy's. */
export function listenerReports(keys: Iterable<ListenerKey>, { listeners }: EnvoyResources, group: EnvoyGroup): Record<ListenerKey, ListenerReport> {
  const reports: Record<ListenerKey, ListenerReport> = {};
  for (const key of keys) {
    const resource = [...listeners.values()].find((it) => isOf(it, key));
    const report = resource === undefined ? undefined : listenerReport(resource, group);
    if (report !== undefined) reports[key] = report;
  }
  return reports;
}

function listenerReport({ name }: EnvoyResource, group: EnvoyGroup): ListenerReport | undefined {
  const why = group.problems.find((it) => it.kind === 'listeners' && it.name === name)?.why;
  if (group.hasListener(name)) return { state: 'serving', ...(why === undefined ? {} : { but: `Envoy refuses its newest form: ${why}` }) };
  if (why === undefined) return undefined;
  return { state: 'failed', reason: /cannot bind|in use|denied|not permitted/i.test(why) ? 'PortUnavailable' : 'Invalid', message: `Envoy refuses it: ${why}` };
}

/** Behind an `@` stands a further address of the listener. */
function isOf({ origins }: EnvoyResource, key: ListenerKey): boolean {
  return origins.some((it) => {
    const own = `${refKey(it)}/${it.section}`;
    return key === own || key.startsWith(`${own}@`);
  });
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
