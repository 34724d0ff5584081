/** A real Envoy as a data plane of the table: one process for all cases of a file, each case its own configuration. */
import type { ApplyReport } from '../../../src/contract/index.ts';
import type { Ir, ListenerKey } from '../../../src/ir/index.ts';
import type { Place } from '../../../src/proxy/index.ts';
import type { EnvoyResources, EnvoyTerms } from '../../../src/xds/index.ts';
import { envoyCapabilities, translate } from '../../../src/xds/translate/index.ts';
import { EnvoyProcess } from '../../harness/envoy-process.ts';
import type { BehaviourCase } from './behaviour-case.ts';
import type { DataPlane, DataPlaneKind } from './data-plane.ts';

const empty: EnvoyResources = { listeners: new Map(), routes: new Map(), clusters: new Map(), endpoints: new Map(), secrets: new Map() };

class EnvoyDataPlane implements DataPlane {
  readonly #process: EnvoyProcess;
  readonly #terms: EnvoyTerms;
  #ir: Ir | undefined;
  #resources: EnvoyResources | undefined;

  constructor(process: EnvoyProcess, terms: EnvoyTerms) {
    this.#process = process;
    this.#terms = terms;
  }

  async apply(ir: Ir): Promise<ApplyReport> {
    this.#ir = ir;
    this.#resources = translate(ir, this.#terms, this.#resources);
    await this.#process.serve(this.#resources);
    return { listeners: Object.fromEntries(Object.keys({ ...ir.listeners, ...ir.streamListeners }).map((key) => [key, { state: 'serving' }])) };
  }

  addressOf(listener: ListenerKey): Place | undefined {
    const found = this.#ir?.listeners[listener] ?? this.#ir?.streamListeners?.[listener];
    return this.#ir?.sockets[found?.socket ?? ''];
  }

  /** The process goes on to the next case with nothing. */
  async stop(): Promise<void> {
    await this.#process.serve(empty);
  }
}

/** Envoy by its binary; `stop` ends the process behind the last case. */
export function envoyKind(binary: string): DataPlaneKind & { stop(): Promise<void> } {
  let running: Promise<EnvoyProcess> | undefined;
  return {
    name: 'envoy', capabilities: envoyCapabilities, shares: 'random',
    async start(settings: NonNullable<BehaviourCase['settings']>) {
      running ??= EnvoyProcess.start(binary);
      return new EnvoyDataPlane(await running, settings);
    },
    stop: async () => (await running)?.stop(),
  };
}
