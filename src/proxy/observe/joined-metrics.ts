import type { MetricFamily, MetricSample } from '../../contract/index.ts';

/** The figures of several workers as those of one program. Families come in the order in which they were first met. */
export function mergeFamilies(parts: readonly (readonly MetricFamily[])[]): MetricFamily[] {
  const merged = new Map<string, { readonly family: MetricFamily; readonly samples: Map<string, MetricSample> }>();
  for (const family of parts.flat()) {
    const known = merged.get(family.name) ?? { family, samples: new Map<string, MetricSample>() };
    merged.set(family.name, known);
    for (const sample of family.samples) {
      const key = JSON.stringify(sample.labels);
      const earlier = known.samples.get(key);
      known.samples.set(key, earlier === undefined ? sample : joinSamples(earlier, sample, family.merge));
    }
  }
  return [...merged.values()].map(({ family, samples }) => ({ ...family, samples: [...samples.values()] }));
}

function joinSamples(one: MetricSample, other: MetricSample, merge: MetricFamily['merge']): MetricSample {
  const value = merge === 'sum' ? one.value + other.value : Math.max(one.value, other.value);
  return one.buckets === undefined ? { ...one, value } : { ...one, value, buckets: one.buckets.map((count, index) => count + (other.buckets?.[index] ?? 0)) };
}

/** The figures of several processes as those of one program: what one counted before it ended stays counted. */
export class JoinedMetrics {
  private gone: readonly MetricFamily[] = [];

  /** A process is gone; `last` is what it told last. */
  ended(last: readonly MetricFamily[]): void {
    this.gone = mergeFamilies([this.gone, last.filter(({ type }) => type !== 'gauge')]);
  }

  with(alive: readonly (readonly MetricFamily[])[]): MetricFamily[] {
    return mergeFamilies([...alive, this.gone]);
  }
}
