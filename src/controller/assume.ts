import type { Graph } from '../attach/index.ts';
import type { ApplyReport, GatewayPlacement, Placement } from '../contract/index.ts';
import { poolAddresses } from './pool.ts';

/** What `serve` would find on a machine where every address and port is free: for status and tests without a data plane. */
export function assumeServed(graph: Graph, pool: string): { placement: Placement; report: ApplyReport } {
  const free = poolAddresses(pool)[Symbol.iterator]();
  const placement = new Map<string, GatewayPlacement>();
  const listeners: Record<string, { state: 'serving' }> = {};
  for (const [key, node] of graph.gateways) {
    if (!node.accepted.ok) continue;
    const wanted = node.addresses.flatMap((it) => it.value ?? []);
    const given = wanted.length > 0 ? wanted : [free.next().value ?? '127.0.0.1'];
    placement.set(key, { addresses: given.map((value) => ({ type: 'IPAddress', value })), ports: new Map() });
    for (const listener of node.listeners) if (listener.accepted.ok) listeners[listener.key] = { state: 'serving' };
  }
  return { placement, report: { listeners } };
}
