import { refKey, type ApplyReport, type GatewayReport } from '../contract/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import type { EnvoyDiscovery, EnvoyResources, EnvoyState, EnvoyTerms, Translate } from '../xds/index.ts';
import { keptBack, ListenerReports, refusedRoutes } from './envoy-report.ts';

export interface SoleEnvoyOptions {
  readonly discovery: EnvoyDiscovery;
  readonly translate: Translate;
  readonly terms: EnvoyTerms;
  /** What the last report says is other now. */
  onNews(): void;
}

/** The group of the one Envoy that carries everything. */
export const soleGroup = 'local';
/** So long a report waits for Envoy's answer. Milliseconds. */
const longestWaitMs = 10_000;

/** One Envoy that carries the whole configuration. */
export class SoleEnvoy {
  readonly #options: SoleEnvoyOptions;
  #ir: Ir | undefined;
  #resources: EnvoyResources | undefined;
  #reported: string | undefined;
  #wake: (() => void) | undefined;

  constructor(options: SoleEnvoyOptions) {
    this.#options = options;
  }

  /** Resolves when Envoy has answered, and all that it refuses is known; or when it has not for too long. `change`: how the IR differs from that of the last call. */
  async apply(ir: Ir, change?: IrChange): Promise<ApplyReport> {
    const { discovery, translate, terms } = this.#options;
    this.#reported = undefined;
    this.#ir = ir;
    this.#resources = translate(ir, terms, this.#resources, change);
    discovery.publish(soleGroup, this.#resources);
    await this.#answered();
    const report = this.#report();
    this.#reported = JSON.stringify(report);
    return report;
  }

  /** Something may have changed at the Envoy. */
  notice(): void {
    if (this.#isAnswered) this.#wake?.();
    if (this.#reported !== undefined && this.#reported !== JSON.stringify(this.#report())) this.#options.onNews();
  }

  /** The Envoy, as people see it. */
  get states(): readonly EnvoyState[] {
    return this.#options.discovery.group(soleGroup).states;
  }

  get #isAnswered(): boolean {
    const { states } = this.#options.discovery.group(soleGroup);
    return states.length > 0 && states.every((it) => it.isInSync);
  }

  #answered(): Promise<void> {
    if (this.#isAnswered) return Promise.resolve();
    return new Promise((resolve) => {
      // Who ends the program meanwhile need not wait for it.
      const timer = setTimeout(resolve, longestWaitMs).unref();
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #report(): ApplyReport {
    const [ir, resources, group] = [this.#ir!, this.#resources!, this.#options.discovery.group(soleGroup)];
    const all = { ...ir.listeners, ...ir.streamListeners };
    const [refused, but] = [refusedRoutes(group.problems, ir), keptBack(group.problems).join(' ')];
    const gateways = but === '' ? {} : Object.fromEntries(Object.values(all).map(({ origin }): [string, GatewayReport] => [gatewayOf(origin.parent ?? origin), { but }]));
    return { listeners: new ListenerReports().update(Object.keys(all), resources, group), ...(but === '' ? {} : { gateways }), ...(refused.length === 0 ? {} : { refused }) };
  }
}

function gatewayOf(ref: Parameters<typeof refKey>[0]): string {
  return `${ref.namespace}/${ref.name}`;
}
