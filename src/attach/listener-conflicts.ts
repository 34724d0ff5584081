import { describeRef, refKey, type Capabilities } from '../contract/index.ts';
import type { ListenerNode } from './graph.ts';
import { accept, refuse } from './verdict.ts';

/** Protocols that can share a port when their hostnames differ. UDP ports are ports of their own. */
const family: Record<string, string> = { HTTP: 'http', HTTPS: 'tls', TLS: 'tls', TCP: 'tcp', UDP: 'udp' };

/**
 * Marks the listeners of a Gateway and its ListenerSets that are not distinct. Among owners the earlier one wins
 * (spec: ListenerSetSpec.listeners); inside one owner nobody does (spec: GatewaySpec.listeners, "Handling indistinct Listeners").
 */
export function resolveConflicts(listeners: readonly ListenerNode[], capabilities: Capabilities): ListenerNode[] {
  const claims: ListenerNode[] = [];
  const result: ListenerNode[] = [];
  for (const group of byOwner(listeners)) {
    const afterEarlier = group.map((it) => judge(it, claims, capabilities));
    const judged = afterEarlier.map((it) => judge(it, afterEarlier.filter((other) => other !== it && other.accepted.ok), capabilities));
    claims.push(...judged.filter((it) => it.accepted.ok));
    result.push(...judged);
  }
  return result;
}

function byOwner(listeners: readonly ListenerNode[]): ListenerNode[][] {
  const groups = new Map<string, ListenerNode[]>();
  for (const listener of listeners) {
    const key = refKey(listener.owner);
    groups.set(key, [...(groups.get(key) ?? []), listener]);
  }
  return [...groups.values()];
}

function judge(listener: ListenerNode, rivals: readonly ListenerNode[], capabilities: Capabilities): ListenerNode {
  if (!listener.accepted.ok) return listener;
  for (const rival of rivals) {
    const reason = conflictOf(listener, rival, capabilities);
    if (reason === undefined) continue;
    const what = reason === 'ProtocolConflict' ? `port ${listener.port} already carries ${rival.protocol}` : `port ${listener.port} and hostname ${listener.hostname === '' ? '(any)' : listener.hostname} are claimed`;
    const message = `${what} by listener ${rival.name} of ${describeRef(rival.owner)}.`;
    return { ...listener, accepted: refuse(reason, message), conflicted: accept(reason, message) };
  }
  return listener;
}

function conflictOf(a: ListenerNode, b: ListenerNode, capabilities: Capabilities): 'ProtocolConflict' | 'HostnameConflict' | undefined {
  if (a.port !== b.port || (family[a.protocol] === 'udp') !== (family[b.protocol] === 'udp')) return undefined;
  if (family[a.protocol] !== family[b.protocol]) return 'ProtocolConflict';
  if (a.protocol === 'TLS' && b.protocol === 'TLS' && a.tlsMode !== b.tlsMode && !capabilities.features.includes('TLSRouteModeMixed')) return 'ProtocolConflict';
  if (a.hostname !== b.hostname) return undefined;
  return a.protocol === b.protocol ? 'HostnameConflict' : 'ProtocolConflict';
}
