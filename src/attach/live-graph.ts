import { releaseVerdict } from './api-release.ts';
import { type Finding } from '../contract/index.ts';
import { type ListChange, Work } from '../base/index.ts';
import type { Model, ModelChange } from '../model/index.ts';
import { deprecatedFields } from './deprecated-fields.ts';
import { policiesFindings } from './findings.ts';
import type { BackendNode, Graph, RouteNode, TelemetryPolicyNode } from './graph.ts';
import { AttachWork } from './live-backends.ts';
import { LiveContext } from './live-context.ts';
import { LiveGateways } from './live-gateways.ts';
import { LiveRoutes } from './live-routes.ts';
import { withAncestors } from './policy-ancestors.ts';
import type { AttachSettings } from './settings.ts';
import { judgeTelemetry } from './telemetry.ts';
import { ancestorsOfTargets } from './traffic-policies.ts';
import { uncarriedObjects } from './uncarried-objects.ts';

/** What is other in a graph; in all but routes and backends what stayed keeps its identity. */
export interface GraphChange {
  readonly routes: ListChange<RouteNode>;
  /** Keys of the backends that came, changed or went. */
  readonly backends: ReadonlySet<string>;
}

/** The graph of a model, and what is new in it. */
export interface Attached {
  readonly graph: Graph;
  /** Everything that is refused or has no effect, as messages with their place in the files. */
  readonly findings: readonly Finding[];
  /** What is other than in the graph before; undefined where there was none. */
  readonly change: GraphChange | undefined;
  /** Backends that some rule forwards to and that have no endpoint to send requests to. */
  readonly dangling: Iterable<BackendNode>;
}

/**
 * Puts the objects of a model together and decides everything that the Gateway API asks to decide, once. It lives as long as the model's
 * tables do: each object is judged again only when something changes that it was judged by. The graph's list of routes and its table of backends
 * live on too; all else in a graph is a value, and what did not change keeps its identity.
 */
export class LiveGraph {
  readonly #settings: AttachSettings;
  readonly #live: LiveContext;
  readonly #gateways: LiveGateways;
  readonly #routes: LiveRoutes;
  readonly #objectsWork = new Work();
  #objectFindings: readonly (readonly Finding[])[] | undefined;
  #telemetry: readonly TelemetryPolicyNode[] = [];
  readonly #telemetryWork = new Work();
  #telemetryWorks = new Map<string, AttachWork>();
  #telemetryOf: Graph['gateways'] | undefined;
  readonly #dangling = new Map<string, BackendNode>();

  constructor(model: Model, settings: AttachSettings) {
    this.#settings = settings;
    this.#live = new LiveContext(model, settings);
    this.#gateways = new LiveGateways(this.#live);
    this.#routes = new LiveRoutes(this.#live);
  }

  /** The graph of the model as it is now. `changes`: where it is other than at the last call; undefined at the first. */
  update(model: Model, changes?: readonly ModelChange[]): Attached {
    this.#live.take(model, changes);
    this.#gateways.renew();
    const routes = this.#routes.renew(changes, this.#gateways.targets);
    this.#renewTelemetry();
    this.#live.backends.renew();
    const backends = this.#live.backends.takeChanged();
    this.#noteDangling(backends);
    const graph = this.#graph();
    return { graph, findings: this.#findings(graph), change: changes === undefined ? undefined : { routes, backends }, dangling: this.#dangling.values() };
  }

  #graph(): Graph {
    const { classes, gateways, listenerSets } = this.#gateways;
    const { capabilities, controllerName, gatewayApi } = this.#settings;
    const { backends, policies, xbackends, traffic } = this.#live;
    return {
      controllerName, features: capabilities.features, release: releaseVerdict(gatewayApi), classes, gateways, listenerSets,
      routes: this.#routes.nodes,
      backends: backends.nodes,
      backendPolicies: capabilities.features.includes('BackendTLSPolicy') ? policies.nodes.map((it) => withAncestors(it, backends)) : [],
      telemetryPolicies: this.#telemetry,
      xbackends: xbackends.map((it) => ({ ...it, ancestors: backends.gatewaysReferring(it.ref) })),
      trafficPolicies: traffic.nodes.map((it) => ({ ...it, ancestors: ancestorsOfTargets(it, (target) => backends.gatewaysReferring(target)) })),
    };
  }

  #renewTelemetry(): void {
    const { ledger, backends, context } = this.#live;
    const { gateways } = this.#gateways;
    const isDue = this.#telemetryOf !== gateways || ledger.stale.has(this.#telemetryWork) || [...this.#telemetryWorks.values()].some((it) => ledger.stale.has(it));
    if (!isDue) return;
    const works = new Map<string, AttachWork>();
    this.#telemetryOf = gateways;
    this.#telemetry = ledger.do(this.#telemetryWork, () => judgeTelemetry(gateways, context, (policy, judge) => {
      const work = this.#telemetryWorks.get(policy) ?? new AttachWork();
      works.set(policy, work);
      const node = backends.do(work, judge);
      work.gateways = node.targets.filter((it) => it.accepted.ok).map(({ gateway }) => `${gateway.namespace}/${gateway.name}`);
      return node;
    }));
    for (const [policy, work] of this.#telemetryWorks) if (!works.has(policy)) backends.drop(work);
    this.#telemetryWorks = works;
  }

  #noteDangling(changed: ReadonlySet<string>): void {
    for (const key of changed) {
      const node = this.#live.backends.get(key);
      if (node === undefined || node.endpoints.some(({ ready }) => ready)) this.#dangling.delete(key);
      else this.#dangling.set(key, node);
    }
  }

  #findings(graph: Graph): Finding[] {
    const { ledger, context } = this.#live;
    if (this.#objectFindings === undefined || ledger.stale.has(this.#objectsWork)) {
      this.#objectFindings = ledger.do(this.#objectsWork, () => [uncarriedObjects(context.model, context.settings), deprecatedFields(context.model, context.settings)]);
    }
    const [objects = [], deprecated = []] = this.#objectFindings;
    const { findings: routes } = this.#routes;
    const { found, refused } = this.#gateways.findings;
    return [...objects, ...routes.fields, ...routes.deprecated, ...deprecated, ...found, ...routes.parents, ...refused, ...routes.refused, ...policiesFindings(graph)];
  }
}

/** The graph of a model. Pure. */
export function attach(model: Model, settings: AttachSettings): Attached {
  return new LiveGraph(model, settings).update(model);
}
