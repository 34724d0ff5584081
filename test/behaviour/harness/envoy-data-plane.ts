/** A real Envoy as a data plane of the table: one process for all cases of a file, each case its own configuration. */
import type { ApplyReport } from '../../../src/contract/index.ts';
import type { Ir, IrChange, ListenerKey } from '../../../src/ir/index.ts';
import type { Place } from '../../../src/proxy/index.ts';
import type { EnvoyTerms } from '../../../src/xds/index.ts';
import { envoyCapabilities } from '../../../src/xds/translate/index.ts';
import { EnvoyPlane } from '../../harness/envoy-plane.ts';
import type { BehaviourCase } from './behaviour-case.ts';
import type { DataPlane, DataPlaneKind } from './data-plane.ts';

const empty: Ir = { sockets: {}, listeners: {}, routes: {}, backends: {}, endpoints: {}, certificates: {} };

class EnvoyDataPlane implements DataPlane {
  readonly #plane: EnvoyPlane;
  readonly #terms: EnvoyTerms;
  #ir: Ir = empty;

  constructor(plane: EnvoyPlane, terms: EnvoyTerms) {
    this.#plane = plane;
    this.#terms = terms;
  }

  apply(ir: Ir, change?: IrChange): Promise<ApplyReport> {
    this.#ir = ir;
    return this.#plane.apply(ir, this.#terms, change);
  }

  addressOf(listener: ListenerKey): Place | undefined {
    const found = this.#ir.listeners[listener] ?? this.#ir.streamListeners?.[listener];
    return this.#ir.sockets[found?.socket ?? ''];
  }

  /** The process goes on to the next case with nothing. */
  async stop(): Promise<void> {
    await this.#plane.apply(empty);
  }
}

/** Envoy by its binary; `stop` ends the process behind the last case. */
export function envoyKind(binary: string): DataPlaneKind & { stop(): Promise<void> } {
  const plane = new EnvoyPlane(binary);
  return {
    name: 'envoy', capabilities: envoyCapabilities, shares: 'random',
    start: (settings: NonNullable<BehaviourCase['settings']>) => Promise.resolve(new EnvoyDataPlane(plane, settings)),
    stop: () => plane.stop(),
  };
}
