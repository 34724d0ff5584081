import { describeRef, type Finding } from '../../contract/index.ts';
import type { Known } from '../known.ts';
import { findingAt } from './written-at.ts';

/** Routes without parentRefs: valid, and never served by anything. */
export function parentlessRoutes(known: Known): Finding[] {
  const { HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute } = known.meaning?.model.objects ?? {};
  return [HTTPRoute, GRPCRoute, TLSRoute, TCPRoute, UDPRoute].flatMap((routes) => [...routes?.values() ?? []].flatMap(({ ref, object: { spec } }): Finding[] => {
    const asksForDefault = spec.useDefaultGateways !== undefined && spec.useDefaultGateways !== 'None';
    if ((spec.parentRefs ?? []).length > 0 || asksForDefault) return [];
    return [findingAt(known, 'no-parent', { ref, path: ['spec'] }, { message: `${describeRef(ref)} names no parent, so nothing serves it.`, hint: 'Name a Gateway in spec.parentRefs.' })];
  }));
}
