/** Reads the JUnit report of h2spec. */

export interface Verdict {
  readonly name: string;
  /** What it expected and what it got; undefined where the test passed. */
  readonly problem: string | undefined;
  readonly isSkipped: boolean;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function plain(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return entities[name ?? ''] ?? whole;
  }).replaceAll(/\s+/g, ' ').trim();
}

/** Every test of a report, by section and name. */
export function readReport(xml: string): Verdict[] {
  return [...xml.matchAll(/<testcase\b([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g)].map(([, attributes = '', content = '']) => {
    const valueOf = (name: string): string => plain(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? '');
    const failure = /<(?:failure|error)\b[^>]*>([^]*?)<\/(?:failure|error)>/.exec(content)?.[1];
    return { name: `${valueOf('package')} ${valueOf('classname')}`, problem: failure === undefined ? undefined : plain(failure), isSkipped: /<skipped\b/.test(content) };
  });
}
