import type { Ir, IrChange } from '../../ir/index.ts';
import type { EnvoyResource, EnvoyResources, EnvoyTable, EnvoyTerms } from './envoy-resources.ts';
import { backendClusters, backendEndpoints, describe, describeListeners, describeSecrets, streamClusters, streamEndpoints, usedSockets } from './describe.ts';
import { clusterName } from './names.ts';
import { routeTables, shownCertificates } from './plan.ts';
import { isAsBefore, resource } from './resource.ts';
import { routeResource, type Touched } from './route-tables.ts';

const types = {
  listeners: 'envoy.config.listener.v3.Listener', clusters: 'envoy.config.cluster.v3.Cluster', endpoints: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  secrets: 'envoy.extensions.transport_sockets.tls.v3.Secret',
} as const;

/** Under which terms resources were made. */
const madeUnder = new WeakMap<EnvoyResources, string>();

/**
 * The IR as Envoy's resources: pure and deterministic. What is made of nodes that are those of an earlier call is remembered with them; resources
 * and tables that are as in `before` keep their identity, and so does `before` where all is as it was. `change` says how the IR differs from the one of
 * `before`: then nothing else is looked at.
 */
export function translate(ir: Ir, terms: EnvoyTerms = {}, before?: EnvoyResources, change?: IrChange): EnvoyResources { // oxlint-disable-line max-params -- what is, and what was.
  const told = JSON.stringify(terms);
  const isKnown = before !== undefined && change !== undefined && madeUnder.get(before) === told;
  const made = isKnown ? changed(ir, terms, { before, change }) : whole(ir, terms, before);
  if (before !== undefined && (Object.keys(made) as (keyof EnvoyResources)[]).every((kind) => made[kind] === before[kind])) {
    madeUnder.set(before, told);
    return before;
  }
  madeUnder.set(made, told);
  return made;
}

function whole(ir: Ir, terms: EnvoyTerms, before: EnvoyResources | undefined): EnvoyResources {
  const { listeners, tables, clusters, endpoints, secrets } = describe(ir, terms);
  return {
    listeners: table(listeners.map((it) => resource(types.listeners, it)), before?.listeners),
    routes: table(tables.map((it) => routeResource(it, { ir, terms }, { before: before?.routes.get(it.name) })), before?.routes),
    clusters: table(clusters.map((it) => resource(types.clusters, it)), before?.clusters),
    endpoints: table(endpoints.map((it) => resource(types.endpoints, it)), before?.endpoints),
    secrets: table(secrets.map((it) => resource(types.secrets, it)), before?.secrets),
  };
}

interface Since {
  readonly before: EnvoyResources;
  readonly change: IrChange;
}

/** Only of listeners with filters does a change reach the resource: some headers depend on whether routes ask authorizers too. */
function changed(ir: Ir, terms: EnvoyTerms, since: Since): EnvoyResources {
  const { before, change } = since;
  const mayAsk = Object.values(ir.listeners).some(({ filters }) => filters !== undefined);
  return {
    listeners: mayAsk ? table(describeListeners(usedSockets(ir), ir, terms).map((it) => resource(types.listeners, it)), before.listeners) : before.listeners,
    routes: change.routes.size + change.listeners.size + change.backends.size === 0 ? before.routes : changedRoutes(ir, terms, since),
    ...changedBackends(ir, since),
    secrets: change.backends.size === 0 ? before.secrets : table(describeSecrets(usedSockets(ir), ir, describeListeners(usedSockets(ir), ir, terms)).map((it) => resource(types.secrets, it)), before.secrets),
  };
}

function changedRoutes(ir: Ir, terms: EnvoyTerms, { before, change: { routes, backends } }: Since): EnvoyTable {
  const isTouched: Touched = (key) => routes.has(key) || (backends.size > 0 && names(ir.routes[key], backends));
  return table(usedSockets(ir).flatMap((socket) => routeTables(socket).map((it) => routeResource(it, { ir, terms }, { before: before.routes.get(it.name), isTouched }))), before.routes);
}

/** Whether a route says anything of one of these backends. */
function names(route: Ir['routes'][string] | undefined, backends: ReadonlySet<string>): boolean {
  if (route === undefined || route.action.kind === 'respond') return false;
  const { action } = route;
  const filters = action.kind === 'forward' ? [...action.filters, ...action.targets.flatMap((it) => it.filters)] : action.filters;
  return filters.some((it) => 'backend' in it && backends.has(it.backend)) || (action.kind === 'forward' && action.targets.some(({ to }) => to.kind === 'backend' && backends.has(to.backend)));
}

function changedBackends(ir: Ir, { before, change }: Since): Pick<EnvoyResources, 'clusters' | 'endpoints'> {
  const keys = new Set([...change.backends, ...change.endpoints]);
  if (keys.size === 0) return { clusters: before.clusters, endpoints: before.endpoints };
  const shown = shownCertificates(ir);
  const clusters = new Map<string, EnvoyResource | undefined>();
  const endpoints = new Map<string, EnvoyResource | undefined>();
  for (const key of keys) {
    for (const certificate of shown) clusters.set(clusterName(key, certificate), undefined);
    endpoints.set(key, undefined);
    for (const it of backendClusters(key, ir, shown)) clusters.set(it.name, resource(types.clusters, it));
    for (const it of backendEndpoints(key, ir)) endpoints.set(it.name, resource(types.endpoints, it));
  }
  for (const it of streamClusters(ir)) {
    clusters.set(it.name, resource(types.clusters, it));
    endpoints.set(it.name, undefined);
  }
  for (const it of streamEndpoints(ir)) endpoints.set(it.name, resource(types.endpoints, it));
  return { clusters: edited(before.clusters, clusters), endpoints: edited(before.endpoints, endpoints) };
}

function table(resources: readonly EnvoyResource[], before: EnvoyTable | undefined): EnvoyTable {
  const kept = new Map(resources.map((it): [string, EnvoyResource] => {
    const known = before?.get(it.name);
    return [it.name, known !== undefined && isAsBefore(it, known) ? known : it];
  }));
  return before !== undefined && before.size === kept.size && [...kept].every(([name, it]) => before.get(name) === it) ? before : kept;
}

/** A table with other entries in some places, undefined being none. */
function edited(before: EnvoyTable, edits: ReadonlyMap<string, EnvoyResource | undefined>): EnvoyTable {
  const real = [...edits].filter(([name, it]) => (it === undefined ? before.has(name) : !isAsBefore(it, before.get(name))));
  if (real.length === 0) return before;
  const after = new Map(before);
  for (const [name, it] of real) {
    if (it === undefined) after.delete(name);
    else after.set(name, it);
  }
  return after;
}
