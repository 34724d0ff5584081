import { CheckFailed, type KubectlSpec } from '../check.ts';
import { holds } from '../expect-answer.ts';
import type { Serving } from '../serving.ts';
import type { Cluster } from './cluster.ts';

type Row = Readonly<Record<string, string>>;

/** Runs the command of a check and compares what kubectl prints; throws CheckFailed. */
export async function checkListing(spec: KubectlSpec, cluster: Cluster, { latest }: Serving): Promise<undefined> {
  const { code, output, errors } = await cluster.kubectl(spec.command.split(' '));
  holds(code === 0, `kubectl ${spec.command}: ${errors}`);
  const addressOf = (name: string | undefined): string => latest.gateways.find((it) => it.name === name || `${it.name}-${it.class}` === name)?.addresses[0] ?? '';
  if (spec.output !== undefined) {
    const gateway = /gateway-name=(\S+)/.exec(spec.command)?.[1] ?? /^get gateway (\S+)/.exec(spec.command)?.[1];
    const wanted = spec.output.replace('{gateway.address}', addressOf(gateway));
    holds(output.trim() === wanted && wanted !== '', `kubectl prints ${JSON.stringify(output.trim())}, expected ${JSON.stringify(wanted)}`);
  }
  for (const word of spec.contains ?? []) holds(output.includes(word), `kubectl prints nothing of ${word}`);
  if (spec.columns === undefined) return undefined;
  const { columns, rows } = table(output);
  for (const column of spec.columns) holds(columns.includes(column), `kubectl prints the columns ${columns.join(', ')}, expected ${column} too`);
  for (const wanted of spec.rows ?? []) {
    const filled = Object.entries(wanted).map(([column, value]) => [column, value.replace('{gateway.address}', addressOf(wanted['NAME']))] as const);
    if (!rows.some((row) => filled.every(([column, value]) => row[column] === value))) throw new CheckFailed(`no row has ${JSON.stringify(Object.fromEntries(filled))}:\n${output}`);
  }
  return undefined;
}

/** Reads kubectl's columns by where their headings begin. */
export function table(output: string): { readonly columns: readonly string[]; readonly rows: readonly Row[] } {
  const [heading = '', ...lines] = output.trimEnd().split('\n');
  const starts = [...heading.matchAll(/\S+/g)].map((word) => ({ column: word[0], at: word.index }));
  const rows = lines.map((line) => Object.fromEntries(starts.map(({ column, at }, index) => [column, line.slice(at, starts[index + 1]?.at).trim()])));
  return { columns: starts.map(({ column }) => column), rows };
}
