import type { ApplyReport } from '../../src/contract/index.ts';
import type { Ir, IrChange } from '../../src/ir/index.ts';
import type { EnvoyResources, EnvoyTerms } from '../../src/xds/index.ts';
import { translate } from '../../src/xds/translate/index.ts';
import { EnvoyProcess } from './envoy-process.ts';

/** An Envoy that is started when it is needed first, and serves one IR after the other. */
export class EnvoyPlane {
  readonly #binary: string;
  #process: Promise<EnvoyProcess> | undefined;
  #resources: EnvoyResources | undefined;

  constructor(binary: string) {
    this.#binary = binary;
  }

  /** Resolves once the IR is in force; throws where Envoy refuses a part of it. */
  async apply(ir: Ir, terms: EnvoyTerms = {}, change?: IrChange): Promise<ApplyReport> {
    this.#process ??= EnvoyProcess.start(this.#binary);
    this.#resources = translate(ir, terms, this.#resources, change);
    await (await this.#process).serve(this.#resources);
    return { listeners: Object.fromEntries(Object.keys({ ...ir.listeners, ...ir.streamListeners }).map((key) => [key, { state: 'serving' }])) };
  }

  async stop(): Promise<void> {
    await (await this.#process)?.stop();
  }
}
