import type { RouteKind, RouteKindName } from './graph.ts';

const GROUP = 'gateway.networking.k8s.io';

/** Which route kinds make sense on a protocol (spec: ProtocolType, TLSModeType). */
const kindsOfProtocol: Record<string, readonly RouteKindName[]> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
};

/** The kinds that listeners of a protocol can carry on this data plane. */
export function kindsFor(protocol: string, carried: ReadonlySet<string>): RouteKind[] {
  return (kindsOfProtocol[protocol] ?? []).filter((kind) => carried.has(kind)).map((kind) => ({ group: GROUP, kind }));
}

export interface SupportedKinds {
  readonly kinds: readonly RouteKind[];
  /** Kinds that the listener asks for and can't have, as `Kind.group`. */
  readonly refused: readonly string[];
}

/** What remains of `allowedRoutes.kinds`; all that the protocol can carry where nothing is asked for. */
export function supportedKinds(protocol: string, asked: readonly { group?: string; kind: string }[] | undefined, carried: ReadonlySet<string>): SupportedKinds {
  const possible = kindsFor(protocol, carried);
  if (asked === undefined || asked.length === 0) return { kinds: possible, refused: [] };
  const kinds: RouteKind[] = [];
  const refused: string[] = [];
  for (const { group = GROUP, kind } of asked) {
    if (possible.some((it) => it.group === group && it.kind === kind)) kinds.push({ group, kind });
    else refused.push(group === GROUP ? kind : `${kind}.${group}`);
  }
  return { kinds, refused };
}
