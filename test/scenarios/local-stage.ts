import type { Certificates } from './certificates.ts';
import { checkCommand } from './check-command.ts';
import { checkMetrics } from './check-metrics.ts';
import { operationOf } from './check-operation.ts';
import { checkTrace } from './check-trace.ts';
import type { Check, Scenario } from './check.ts';
import type { Stage, State, Trial, World } from './stage.ts';
import { serveFor } from './world.ts';

/** Each state is served by a process of its own. */
export class LocalStage implements Stage {
  readonly name = 'local';
  readonly certificates: Certificates;

  readonly #more: readonly string[];

  /** `more`: arguments of every process. */
  constructor(certificates: Certificates, more: readonly string[] = []) {
    this.certificates = certificates;
    this.#more = more;
  }

  serve<T>(scenario: Scenario, { manifests, flags }: State, use: (world: World) => Promise<T>): Promise<T> {
    return serveFor(scenario, { manifests, certificates: this.certificates, more: this.#more, ...(flags === undefined ? {} : { flags }) }, use);
  }

  trialOf(scenario: Scenario, check: Check): Trial | undefined {
    const { certificates } = this;
    const { metrics } = check;
    if (metrics !== undefined) return () => checkMetrics(check, metrics, { scenario, certificates, more: this.#more });
    if (check.cli !== undefined) return () => (operationOf(check) ?? (() => checkCommand(check)))(certificates);
    if (check.expect?.['span'] !== undefined) return () => checkTrace(check, scenario, certificates);
    return undefined;
  }

  leave(): Promise<void> {
    return Promise.resolve();
  }
}
