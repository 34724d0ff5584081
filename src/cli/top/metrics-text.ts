/** One sample of the Prometheus text format. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const unescaped: Readonly<Record<string, string>> = { '\\n': '\n', '\\"': '"', '\\\\': '\\' };

/** The samples of the Prometheus text format 0.0.4 whose names begin so; lines that are not well formed are left out. */
export function readSamples(text: string, prefix: string): Sample[] {
  return text.split('\n').flatMap((line): Sample[] => {
    if (!line.startsWith(prefix)) return [];
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', its = '']): [string, string] => [key, its.replace(/\\[n"\\]/g, (it) => unescaped[it]!)]);
    return [{ name, labels: new Map(pairs), value: value === '+Inf' ? Infinity : Number(value) }];
  });
}
