/** One sample of the Prometheus text format. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Reads the Prometheus text format 0.0.4; throws where a line is not well formed. */
export function readMetrics(text: string): Sample[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no metric: ${line}`);
    const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/g)];
    if (pairs.map(([pair]) => pair).join('') !== labels) throw new Error(`labels are not well formed: ${line}`);
    return { name, labels: new Map(pairs.map(([, key = '', its = '']) => [key, its])), value: value === '+Inf' ? Infinity : Number(value) };
  });
}
