import type { EndpointSlice, Pod, Service } from '../api/index.ts';
import { kept, Ledger, OwnTable, WatchedTable, Work } from '../base/index.ts';
import { refKey, type SourceObject } from '../contract/index.ts';
import type { Model, ModelChange, Modeled } from '../model/index.ts';
import { type BackendTlsPolicies, judgePolicies } from './backend-tls.ts';
import type { BackendContext } from './backends.ts';
import type { CertificateContext } from './certificates.ts';
import { serviceOf } from './endpoints.ts';
import type { XBackendNode } from './graph.ts';
import { LiveBackends } from './live-backends.ts';
import { ObjectIndex } from './object-index.ts';
import { referenceGrants, type ReferenceGrants } from './reference-grants.ts';
import { backedBy } from './selected-pods.ts';
import type { AttachSettings } from './settings.ts';
import { slotsLeftOut } from './tls-targets.ts';
import { judgeTrafficPolicies, type TrafficPolicies } from './traffic-policies.ts';
import { judgeXBackends } from './xbackends.ts';

type Objects = { readonly [kind: string]: WatchedTable<unknown> };

const nothing: ReadonlyMap<string, undefined> = new Map();

/** The model as those see it who judge routes and Gateways: whatever they read is a reason to judge again when it changes. */
export class LiveContext {
  readonly ledger = new Ledger();
  readonly backends = new LiveBackends(this.ledger);
  readonly context: BackendContext;
  /** BackendTLSPolicies, XBackends and XBackendTrafficPolicies, judged. */
  policies: Pick<BackendTlsPolicies, 'nodes'> = { nodes: [] };
  xbackends: readonly XBackendNode[] = [];
  traffic: Pick<TrafficPolicies, 'nodes'> = { nodes: [] };
  readonly #objects: Objects;
  readonly #leftOut = new OwnTable<readonly SourceObject[]>(this.ledger);
  readonly #slices = new ObjectIndex<EndpointSlice>(this.ledger, serviceOf);
  readonly #pods = new ObjectIndex<Pod>(this.ledger, ({ ref }) => ref.namespace);
  readonly #backing = new ObjectIndex<Service>(this.ledger, backedBy);
  #grants: ReferenceGrants;
  readonly #grantsOf = new WatchedTable<undefined>(this.ledger, nothing);
  #judgedPolicies: BackendTlsPolicies | undefined;
  readonly #policiesWork = new Work();
  readonly #tlsOf = new WatchedTable<undefined>(this.ledger, nothing);
  #secured: ReadonlySet<string> = new Set();
  readonly #xbackendsWork = new Work();
  readonly #xbackendTable = new OwnTable<XBackendNode>(this.ledger);
  #judgedTraffic: TrafficPolicies | undefined;
  readonly #trafficWork = new Work();
  readonly #trafficOf = new WatchedTable<undefined>(this.ledger, nothing);

  constructor({ objects }: Model, settings: AttachSettings) {
    this.#objects = Object.fromEntries(Object.entries(objects).map(([kind, table]) => [kind, new WatchedTable(this.ledger, table)])) as unknown as Objects;
    const leftOut = this.#leftOut;
    const model: Model = { objects: this.#objects as unknown as Model['objects'], get leftOut() { return leftOut.get('') ?? []; }, findings: [], skipped: new Map() };
    this.#grants = referenceGrants({ objects });
    this.context = {
      model, settings, endpoints: this.#slices, pods: this.#pods, backends: this.backends, references: this.backends,
      backingServices: { get: (key) => this.#backing.get(key)?.at(-1) },
      grants: {
        permits: (from, to) => {
          if (from.namespace !== to.namespace) this.#grantsOf.get(to.namespace);
          return this.#grants.permits(from, to);
        },
      },
      policies: {
        nodes: [],
        find: (service, port) => {
          this.#tlsOf.get(service.key);
          return this.#judgedPolicies?.find(service, port);
        },
      },
      xbackends: { nodes: [], find: (key) => this.#xbackendTable.get(key) },
      traffic: {
        nodes: [],
        retryBudget: (target) => {
          this.#trafficOf.get(refKey(target));
          return this.#judgedTraffic?.retryBudget(target);
        },
        persistence: (target) => {
          this.#trafficOf.get(refKey(target));
          return this.#judgedTraffic?.persistence(target);
        },
      },
    };
  }

  /** Takes the model as it is now. `changes`: what is other than before; undefined at first. */
  take({ objects, leftOut }: Model, changes: readonly ModelChange[] | undefined): void {
    this.#leftOut.put('', leftOut);
    if (changes === undefined) {
      this.#slices.fill(objects.EndpointSlice.values());
      this.#pods.fill(objects.Pod.values());
      this.#backing.fill(objects.Service.values());
    }
    for (const change of changes ?? []) this.#touch(change);
    if (changes?.some(({ kind }) => kind === 'ReferenceGrant') === true) this.#grants = referenceGrants({ objects });
    this.#judge(leftOut);
  }

  #touch({ kind, key, before, after }: ModelChange): void {
    this.#objects[kind]?.touch(key);
    switch (kind) {
      case 'EndpointSlice': return this.#slices.move(before as Modeled<EndpointSlice> | undefined, after as Modeled<EndpointSlice> | undefined);
      case 'Pod': return this.#pods.move(before as Modeled<Pod> | undefined, after as Modeled<Pod> | undefined);
      case 'Service': return this.#backing.move(before as Modeled<Service> | undefined, after as Modeled<Service> | undefined);
      case 'ReferenceGrant': return this.#grantsOf.touch((before ?? after)!.ref.namespace);
      default:
    }
  }

  #judge(leftOut: readonly SourceObject[]): void {
    const { ledger, context } = this;
    const certificates: CertificateContext = context;
    const isDue = (work: Work): boolean => this.#judgedPolicies === undefined || ledger.stale.has(work);
    const [policies, xbackends, traffic] = [isDue(this.#policiesWork), isDue(this.#xbackendsWork), isDue(this.#trafficWork)];
    if (policies) {
      this.policies = this.#judgedPolicies = ledger.do(this.#policiesWork, () => judgePolicies(certificates));
      const before = this.#secured;
      this.#secured = new Set([...targetsOf(this.policies.nodes), ...[...slotsLeftOut(leftOut).keys()].map((slot) => slot.split('/').slice(1, 3).join('/'))]);
      for (const key of new Set([...before, ...this.#secured])) this.#tlsOf.touch(key);
    }
    if (xbackends) {
      const { nodes } = ledger.do(this.#xbackendsWork, () => judgeXBackends(certificates));
      this.xbackends = nodes.map((node) => kept(this.#xbackendTable.get(node.backend.key), node));
      this.#xbackendTable.replace(new Map(this.xbackends.map((node) => [node.backend.key, node])));
    }
    if (traffic) {
      const before = this.traffic.nodes;
      this.traffic = this.#judgedTraffic = ledger.do(this.#trafficWork, () => judgeTrafficPolicies(certificates));
      for (const key of new Set([...before, ...this.traffic.nodes].flatMap(refsOf))) this.#trafficOf.touch(key);
    }
  }
}

function targetsOf(nodes: BackendTlsPolicies['nodes']): string[] {
  return nodes.flatMap(({ policy, ref }) => policy.object.spec.targetRefs.map(({ name }) => `${ref.namespace}/${name}`));
}

function refsOf({ policy, ref }: TrafficPolicies['nodes'][number]): string[] {
  return policy.object.spec.targetRefs.map(({ group, kind, name }) => refKey({ group, kind, namespace: ref.namespace, name }));
}
