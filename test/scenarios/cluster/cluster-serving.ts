import { setTimeout as delay } from 'node:timers/promises';
import { CheckFailed } from '../check.ts';
import type { AppliedEvent, Condition, Serving, StatusObject } from '../serving.ts';
import type { KubeObject } from './api.ts';
import type { Cluster } from './cluster.ts';
import { judgedKinds, pathOf } from './kinds.ts';

const patienceMs = 120_000;
const pauseMs = 150;

/** Conditions that the CRDs' defaults give have this time. */
const neverJudged = '1970-01-01T00:00:00Z';

/** What the API server knows of Gateways and routes. */
export class ClusterServing implements Serving {
  readonly #cluster: Cluster;
  #latest: AppliedEvent = { event: 'applied', revision: 0, gateways: [], findings: [], objects: [] };

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  get latest(): AppliedEvent {
    return this.#latest;
  }

  async refresh(): Promise<AppliedEvent> {
    const lists = await Promise.all(judgedKinds.map(async (kind) => (await this.#cluster.api.list(pathOf(kind))).map((object) => ({ ...object, kind }))));
    const objects = lists.flat();
    this.#latest = {
      event: 'applied', revision: this.#latest.revision + 1, findings: [],
      gateways: objects.filter(({ kind }) => kind === 'Gateway').map(gatewayOf),
      objects: objects.filter(isJudged).map((it) => ({ kind: it.kind, metadata: { generation: 0, ...it.metadata }, status: it.status as StatusObject['status'] })),
    };
    return this.#latest;
  }

  async until(what: string, holds: (event: AppliedEvent) => boolean): Promise<AppliedEvent> {
    const end = Date.now() + patienceMs;
    for (;;) {
      const event = await this.refresh();
      if (holds(event)) return event;
      if (Date.now() > end) throw new CheckFailed(`no ${what} in ${patienceMs / 1000} s`);
      await delay(pauseMs);
    }
  }

  open(gateway: string, port: number): { readonly address: string; readonly port: number } {
    const address = this.#latest.gateways.find((it) => `${it.namespace}/${it.name}` === gateway)?.addresses[0];
    if (address === undefined) throw new CheckFailed(`Gateway ${gateway} has no address`);
    return { address, port };
  }
}

function gatewayOf({ metadata, spec, status }: KubeObject): AppliedEvent['gateways'][number] {
  const { conditions = [], addresses = [] } = (status ?? {}) as { conditions?: Condition[]; addresses?: { value: string }[] };
  return {
    namespace: metadata.namespace ?? '', name: metadata.name, class: spec.gatewayClassName,
    programmed: conditions.some(({ type, status: is }) => type === 'Programmed' && is === 'True'),
    addresses: addresses.map(({ value }) => value), listeners: spec.listeners,
  };
}

/** Whether a controller has written its status. */
function isJudged({ status }: KubeObject): boolean {
  const conditions = (status?.conditions ?? []) as { readonly lastTransitionTime: string }[];
  return conditions.some((it) => it.lastTransitionTime !== neverJudged) || (status?.parents ?? []).length > 0;
}
