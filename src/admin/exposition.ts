import type { MetricFamily, MetricLabels, MetricSample } from '../contract/index.ts';

/** Prometheus text format 0.0.4, or OpenMetrics 1.0. */
export type ExpositionFormat = 'prometheus' | 'openmetrics';

/** Families as text, in their order. Labels with an empty value are left out: to Prometheus that is the same. */
export function exposition(families: readonly MetricFamily[], format: ExpositionFormat = 'prometheus'): string {
  const parts = families.filter(({ samples }) => samples.length > 0).map((family) => familyText(family, format));
  return `${parts.join('')}${format === 'openmetrics' ? '# EOF\n' : ''}`;
}

function familyText({ name, help, type, samples }: MetricFamily, format: ExpositionFormat): string {
  // In OpenMetrics the family of a counter has the name without `_total`; only its samples have it.
  const title = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  const lines = samples.flatMap((sample) => (type === 'histogram' ? histogramLines(name, sample) : [`${name}${labelText(sample.labels)} ${numberText(sample.value)}`]));
  return `# HELP ${title} ${escaped(help, format === 'openmetrics')}\n# TYPE ${title} ${type}\n${lines.join('\n')}\n`;
}

/** Buckets are cumulative in the text. */
function histogramLines(name: string, { labels, value, buckets = [], bounds = [] }: MetricSample): string[] {
  let count = 0;
  const lines = buckets.map((own, index) => {
    count += own;
    const bound = bounds[index];
    return `${name}_bucket${labelText([...labels, ['le', bound === undefined ? '+Inf' : numberText(bound)]])} ${count}`;
  });
  return [...lines, `${name}_sum${labelText(labels)} ${numberText(value)}`, `${name}_count${labelText(labels)} ${count}`];
}

function labelText(labels: MetricLabels): string {
  const present = labels.filter(([, value]) => value !== '');
  return present.length === 0 ? '' : `{${present.map(([name, value]) => `${name}="${escaped(value, true)}"`).join(',')}}`;
}

/** Backslash and line feed, and quotes where the text stands in quotes. */
function escaped(text: string, quotes: boolean): string { // oxlint-disable-line -- two places of one format.
  const plain = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return quotes ? plain.replaceAll('"', '\\"') : plain;
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
