import { counter, gauge, gauges, type MetricFamily, type MetricLabels } from '../contract/index.ts';
import type { AttachSettings } from '../attach/index.ts';
import type { Applied } from '../controller/index.ts';
import type { Explained } from './explain-live.ts';
import type { StatusDocument } from '../status/index.ts';
import { type StatedObject, statedObjects } from './stated-object.ts';
import { statusObjects } from './status-yaml.ts';

/** What the admin endpoint tells of the configuration: the last one that was applied, and how that went. */
export class ServeRecord {
  #applied: Applied | undefined;
  #appliedAt = 0;
  #applies = 0;
  #failures = 0;
  #isGood = false;

  applied(applied: Applied): void {
    this.#applied = applied;
    this.#appliedAt = Date.now() / 1000;
    this.#applies++;
    this.#isGood = true;
  }

  /** The configuration in force. */
  get latest(): Applied | undefined {
    return this.#applied;
  }

  /** A configuration could not be applied: a bug. */
  failed(): void {
    this.#failures++;
    this.#isGood = false;
  }

  /** As `postern status -o json` prints them. */
  statuses(): unknown {
    return this.#applied === undefined ? [] : statusObjects(this.#applied.statuses);
  }

  /** The objects in force with their statuses, of the kinds that have one. */
  objects(): readonly StatedObject[] {
    return this.#applied === undefined ? [] : statedObjects(this.#applied.model, this.#applied.statuses);
  }

  /** The IR in force; secrets in it do not print. */
  configuration(): unknown {
    return this.#applied?.ir ?? {};
  }

  /** Why a request gets its answer, or an object its state, in what is in force. */
  async explain(query: string, settings: AttachSettings): Promise<Explained> {
    if (this.#applied === undefined) return { problem: 'nothing is in force yet' };
    const { ir, model, report, findings, graph } = this.#applied;
    // Loaded with the first question, since most programs are asked none.
    const { answerQuery } = await import('./explain-live.ts');
    return answerQuery(query, { ir, report, objects: { model, findings, settings, graph } });
  }

  families(): MetricFamily[] {
    const { revision = 0, findings = [], statuses = [] } = this.#applied ?? {};
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    return [
      counter('postern_config_applies_total', 'Configurations that were brought to the data plane.', this.#applies),
      counter('postern_config_failures_total', 'Configurations that a bug kept from the data plane; the one before stayed in force.', this.#failures),
      gauge('postern_config_last_apply_success', 'Whether the newest configuration is in force: 1, or 0.', this.#isGood ? 1 : 0),
      gauge('postern_config_last_apply_timestamp_seconds', 'When the configuration in force was applied, in seconds since 1970.', Math.round(this.#appliedAt * 1000) / 1000),
      gauge('postern_config_revision', 'Number of the configuration in force, since the start.', revision),
      gauges({ name: 'postern_config_findings', help: 'What lint would say, by severity.' }, [[[['severity', 'error']], errors], [[['severity', 'other']], findings.length - errors]]),
      gauges({ name: 'postern_config_objects', help: 'Objects in force, by kind and whether they are accepted; a route is where one of its parents accepts it.' }, objectRows(statuses)),
    ];
  }
}

/** Counted when somebody asks, since configurations come more often than that. */
function objectRows(statuses: readonly StatusDocument[]): [MetricLabels, number][] {
  const counts = new Map<string, number>();
  for (const { ref: { kind }, status } of statuses) {
    if (kind !== 'Gateway' && !kind.endsWith('Route')) continue;
    const { conditions = [], parents = [] } = status as Conditioned;
    const key = `${kind} ${[...conditions, ...parents.flatMap((it) => it.conditions)].some((it) => it.type === 'Accepted' && it.status === 'True')}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, number]) => {
    const [kind = '', accepted = ''] = key.split(' ');
    return [[['kind', kind], ['accepted', accepted]], number];
  });
}

interface Conditions {
  readonly conditions: readonly { readonly type: string; readonly status: string }[];
}

type Conditioned = Partial<Conditions> & { readonly parents?: readonly Conditions[] };
