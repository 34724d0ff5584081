import { describeRef, type Finding, type SourceObject } from '../../contract/index.ts';
import type { GatewayNode, ListenerNode } from '../../attach/index.ts';
import { readAsked } from '../asked.ts';
import { casesOf } from '../cases-of.ts';
import { type DataPlane, isSame, type Known, type Meaning } from '../known.ts';
import { ruleName } from '../names.ts';
import { challengeFolder } from './challenge-path.ts';
import { findingAt } from './written-at.ts';

/** What is read of an Issuer or ClusterIssuer of cert-manager. */
interface Issuer {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly spec?: { readonly acme?: { readonly solvers?: readonly { readonly http01?: { readonly gatewayHTTPRoute?: { readonly parentRefs?: readonly object[] } } }[] } };
}

/** A host whose certificate cert-manager gets by answering a challenge through a route of its own. */
interface Wanted {
  readonly gateway: GatewayNode;
  readonly listener: ListenerNode;
  readonly issuer: string;
  readonly parentRefs: readonly object[];
}

/**
 * Gateways whose certificates cert-manager gets by HTTP-01, where the route that it would make does not get the challenge. The route is made in
 * memory, and the request that the ACME server would send is asked for.
 */
export function unsolvedChallenges(known: Known, plane: DataPlane): Finding[] {
  const { meaning } = known;
  if (meaning?.trying === undefined) return [];
  return wantedIn(meaning).flatMap((wanted): Finding[] => {
    const { gateway, listener, issuer } = wanted;
    const problem = meaning.trying!([...meaning.sources ?? [], solverFor(wanted)], (after) => problemOf(wanted, after, plane));
    if (problem === undefined) return [];
    const at = { ref: listener.owner, path: ['spec', 'listeners', listener.index, 'hostname'] };
    return [findingAt(known, 'acme-challenge', at, {
      message: `${issuer} gets the certificate for ${listener.hostname} of ${describeRef(gateway.ref)} by HTTP-01, and the challenge does not reach its solver: ${problem}`,
      hint: 'Let an HTTP listener on port 80 take HTTPRoutes of this namespace for this host, with nothing in the way of the challenge.',
    })];
  });
}

function wantedIn({ sources = [], graph }: Meaning): Wanted[] {
  const issuers = sources.map(({ value }) => value as Issuer | null).filter((it) => it?.apiVersion?.startsWith('cert-manager.io/') === true);
  if (issuers.length === 0) return [];
  return [...graph.gateways.values()].flatMap((gateway) => {
    const { annotations = {} } = gateway.gateway.object.metadata as { readonly annotations?: Readonly<Record<string, string>> };
    const [cluster, own] = [annotations['cert-manager.io/cluster-issuer'], annotations['cert-manager.io/issuer']];
    const found = issuers.find((it) => (cluster !== undefined ? it?.kind === 'ClusterIssuer' && it.metadata?.name === cluster : it?.kind === 'Issuer' && it.metadata?.name === own && (it.metadata?.namespace ?? 'default') === gateway.ref.namespace));
    const solver = found?.spec?.acme?.solvers?.find(({ http01 }) => http01?.gatewayHTTPRoute !== undefined)?.http01?.gatewayHTTPRoute;
    if (found === undefined || found === null || solver === undefined) return [];
    const parentRefs = solver.parentRefs ?? [{ name: gateway.ref.name, namespace: gateway.ref.namespace }];
    const listeners = gateway.listeners.filter(({ protocol, hostname }) => protocol === 'HTTPS' && hostname !== '' && !hostname.startsWith('*'));
    return listeners.map((listener) => ({ gateway, listener, issuer: `${found.kind} ${found.metadata?.name}`, parentRefs }));
  });
}

const solverName = 'cm-acme-http-solver';

/** The route that cert-manager makes for a challenge: an exact path in the namespace of the Gateway. */
function solverFor({ gateway: { ref }, listener: { hostname }, parentRefs }: Wanted): SourceObject {
  const value = {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: solverName, namespace: ref.namespace },
    spec: { parentRefs, hostnames: [hostname], rules: [{ matches: [{ path: { type: 'Exact', value: `${challengeFolder}/token` } }], backendRefs: [{ name: solverName, port: 8089 }] }] },
  };
  return { value, generation: 1, order: Number.MAX_SAFE_INTEGER, locate: () => undefined, excerpt: () => undefined };
}

/** Why the challenge does not get through, as a sentence; undefined where it does. */
function problemOf({ gateway, listener: { hostname } }: Wanted, known: Known & { readonly meaning: Meaning }, plane: DataPlane): string | undefined {
  const solver = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: gateway.ref.namespace, name: solverName };
  const refused = known.meaning.graph.routes.find(({ ref }) => isSame(ref, solver))?.parents.find(({ accepted }) => !accepted.ok)?.accepted.message;
  const asked = readAsked({ method: 'GET', url: `http://${hostname}${challengeFolder}/token`, headers: [] });
  const { route, socket } = typeof asked === 'string' ? {} : casesOf(asked, known, plane, 'outcome')[0]?.rehearsal ?? {};
  if (socket === undefined) return 'no HTTP listener has port 80.';
  const taker = route === undefined ? undefined : known.ir.routes[route];
  if (taker !== undefined && isSame(taker.origin, solver)) return undefined;
  if (refused !== undefined) return `its route is not attached: ${refused}`;
  return taker === undefined ? 'no listener takes it.' : `${ruleName(taker.origin)} takes it.`;
}
