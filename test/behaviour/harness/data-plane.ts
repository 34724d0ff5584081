import type { ApplyReport, Capabilities } from '../../../src/contract/index.ts';
import type { Ir, IrChange, ListenerKey } from '../../../src/ir/index.ts';
import { createProxy, nativeCapabilities, type Place, type Proxy } from '../../../src/proxy/index.ts';
import type { BehaviourCase } from './behaviour-case.ts';

/** What carries the traffic of a case: all that a case may know of it. */
export interface DataPlane {
  /** `change`: how the IR differs from the one before, where that is known. */
  apply(ir: Ir, change?: IrChange): Promise<ApplyReport>;
  /** Where a listener of the IR in force is open. */
  addressOf(listener: ListenerKey): Place | undefined;
  stop(): Promise<void>;
}

export interface DataPlaneKind {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Whether weights are kept to the request, or by chance. */
  readonly shares: 'exact' | 'random';
  start(settings: NonNullable<BehaviourCase['settings']>): Promise<DataPlane>;
}

class NativeDataPlane implements DataPlane {
  readonly #proxy: Proxy;
  #ir: Ir | undefined;

  constructor(proxy: Proxy) {
    this.#proxy = proxy;
  }

  apply(ir: Ir, change?: IrChange): Promise<ApplyReport> {
    this.#ir = ir;
    return this.#proxy.apply(ir, change);
  }

  addressOf(listener: ListenerKey): Place | undefined {
    return this.#proxy.bound()[this.#ir?.listeners[listener]?.socket ?? ''];
  }

  stop(): Promise<void> {
    return this.#proxy.close(0);
  }
}

export const native: DataPlaneKind = {
  name: 'native',
  capabilities: nativeCapabilities,
  shares: 'exact',
  start: async (settings) => new NativeDataPlane(createProxy(settings)),
};
