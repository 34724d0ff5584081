import type { AddressNode, Graph } from '../attach/index.ts';
import type { ApplyReport, GatewayPlacement, Placement } from '../contract/index.ts';
import { type AddressOutcome, assignment, entriesOf, noHostnames } from './assignment.ts';
import { poolAddresses } from './pool.ts';

/** What `serve` would find on a machine where every address and port is free: for status and tests without a data plane. */
export function assumeServed(graph: Graph, pool: string): { placement: Placement; report: ApplyReport } {
  const free = poolAddresses(pool)[Symbol.iterator]();
  const placement = new Map<string, GatewayPlacement>();
  const listeners: Record<string, { state: 'serving' }> = {};
  for (const [key, node] of graph.gateways) {
    if (!node.accepted.ok) continue;
    const outcomes = entriesOf(node).map((it) => outcomeOf(it, free));
    placement.set(key, { ...assignment(outcomes), ports: new Map() });
    for (const listener of node.listeners) if (listener.accepted.ok) listeners[listener.key] = { state: 'serving' };
  }
  return { placement, report: { listeners } };
}

function outcomeOf({ type, value, routability, problem }: AddressNode, free: Iterator<string>): AddressOutcome {
  if (problem !== undefined) return { why: problem.message };
  if (value === undefined && type !== 'IPAddress') return { why: noHostnames };
  return { given: { type: 'IPAddress', value: value ?? (free.next().value as string | undefined) ?? '127.0.0.1', routability } };
}
