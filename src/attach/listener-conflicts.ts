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
  const claims = new Claims();
  const result: ListenerNode[] = [];
  for (const group of byOwner(listeners)) {
    const afterEarlier = group.map((it) => judge(it, claims.rivalsOf(it), capabilities));
    const judged = afterEarlier.map((it) => judge(it, afterEarlier.filter((other) => other !== it && other.accepted.ok), capabilities));
    for (const it of judged) if (it.accepted.ok) claims.add(it);
    result.push(...judged);
  }
  return result;
}

type Claim = readonly [order: number, listener: ListenerNode];

/** The accepted listeners of one port: the first of each. */
interface Port {
  readonly byHostname: Map<string, Claim>;
  readonly byKind: Map<string, Claim>;
}

/** Accepted listeners by what another one can be in conflict with, since thousands may share a port. */
class Claims {
  readonly #ports = new Map<string, Port>();
  #count = 0;

  add(listener: ListenerNode): void {
    const port = this.#ports.get(portOf(listener)) ?? { byHostname: new Map(), byKind: new Map() };
    this.#ports.set(portOf(listener), port);
    const claim: Claim = [this.#count++, listener];
    const kind = `${listener.protocol} ${listener.tlsMode}`;
    if (!port.byHostname.has(listener.hostname)) port.byHostname.set(listener.hostname, claim);
    if (!port.byKind.has(kind)) port.byKind.set(kind, claim);
  }

  /** In the order in which they came. */
  rivalsOf(listener: ListenerNode): readonly ListenerNode[] {
    const port = this.#ports.get(portOf(listener));
    if (port === undefined) return [];
    const same = port.byHostname.get(listener.hostname);
    return [...port.byKind.values(), ...(same === undefined ? [] : [same])].sort(([a], [b]) => a - b).map(([, it]) => it);
  }
}

function portOf({ port, protocol }: ListenerNode): string {
  return `${family[protocol] === 'udp' ? 'udp' : 'tcp'} ${port}`;
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
