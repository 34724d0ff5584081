import { LiveGraph, type AttachSettings } from '../../src/attach/index.ts';
import type { Placement, Snapshot, SourceObject } from '../../src/contract/index.ts';
import { checkAuthorities, checkKeyPair, CONTROLLER_NAME } from '../../src/controller/index.ts';
import { LiveIr } from '../../src/lower/index.ts';
import { LiveModel } from '../../src/model/index.ts';
import { createProxy, nativeCapabilities } from '../../src/proxy/index.ts';
import { LiveStatuses } from '../../src/status/index.ts';

export const stageNames = ['source', 'model', 'attach', 'lower', 'apply', 'status'] as const;

/** Milliseconds by stage. */
export type StageTimes = Readonly<Record<(typeof stageNames)[number], number>>;

const settings: AttachSettings = { controllerName: CONTROLLER_NAME, capabilities: nativeCapabilities, adoptForeignClasses: false, checkAuthorities, checkKeyPair };
const placement: Placement = new Map([['infra/web', { addresses: [{ type: 'IPAddress', value: '127.0.0.1' }], ports: new Map([[80, 0]]) }]]);

export function sourceObject(value: unknown, generation = 1): SourceObject {
  return { value, generation, order: 0, locate: () => undefined, excerpt: () => undefined };
}

/** The pipeline of a controller with a native proxy in this process, stage by stage. */
export class Stages {
  readonly #model = new LiveModel();
  #graph: LiveGraph | undefined;
  readonly #ir = new LiveIr();
  readonly #proxy = createProxy();
  readonly #statuses = new LiveStatuses();

  async take(source: { readonly snapshot: Snapshot }): Promise<StageTimes> {
    const begun = performance.now();
    const { snapshot } = source;
    const gathered = performance.now();
    const changes = this.#model.update(snapshot);
    const modeled = performance.now();
    const { model } = this.#model;
    const isFirst = this.#graph === undefined;
    this.#graph ??= new LiveGraph(model, settings);
    const { graph, change: graphChange } = isFirst ? this.#graph.update(model) : this.#graph.update(model, changes);
    const attached = performance.now();
    const { ir, change } = this.#ir.update(graph, placement, graphChange);
    const lowered = performance.now();
    const report = await this.#proxy.apply(ir, change);
    const applied = performance.now();
    this.#statuses.update(graph, { placement, report, now: '2026-01-01T00:00:00Z' }, graphChange);
    const said = performance.now();
    return { source: gathered - begun, model: modeled - gathered, attach: attached - modeled, lower: lowered - attached, apply: applied - lowered, status: said - applied };
  }

  close(): Promise<void> {
    return this.#proxy.close(0);
  }
}
