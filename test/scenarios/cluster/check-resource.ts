import { CheckFailed, type ResourceSpec } from '../check.ts';
import { holds } from '../expect-answer.ts';
import type { Serving } from '../serving.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

/** Words that stand for any value of a sort. */
const sorts: Readonly<Record<string, (value: unknown) => boolean>> = {
  'non-empty': (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0,
  'set': (value) => value !== undefined && value !== null,
};

/** Compares objects of the cluster with a check; throws CheckFailed. */
export async function checkResource(spec: ResourceSpec, cluster: Cluster, serving: Serving): Promise<undefined> {
  const { kind, namespace, selector, name, count, suggestedName } = spec;
  const found = name === undefined
    ? await cluster.api.list(pathOf(kind, { namespace, selector }))
    : [await cluster.api.get(pathOf(kind, { namespace, name }))].flatMap((it) => it ?? []);
  const [first] = found;
  if (first === undefined) throw new CheckFailed(`there is no ${kind} ${name ?? selector}`);
  if (count !== undefined) holds(found.length === count, `there are ${found.length} ${kind}s, expected ${count}`);
  if (suggestedName !== undefined) holds(first.metadata.name === suggestedName, `it is called ${first.metadata.name}, expected ${suggestedName}`);
  const gateway = first.metadata.labels?.['gateway.networking.k8s.io/gateway-name'];
  const address = serving.latest.gateways.find((it) => it.namespace === namespace && it.name === gateway)?.addresses[0] ?? '';
  expectPart(kind, first, fillIn(spec.expect, address));
  return undefined;
}

function fillIn(expected: object, address: string): object {
  return JSON.parse(JSON.stringify(expected).replaceAll('{gateway.address}', address)) as object;
}

/** Every field that is expected must be there, with at least what is expected; of a list, each element somewhere. */
export function expectPart(where: string, actual: unknown, expected: unknown): void {
  const sort = typeof expected === 'string' ? sorts[expected] : undefined;
  if (sort !== undefined) return holds(sort(actual), `${where} is ${JSON.stringify(actual)}, expected ${String(expected)}`);
  if (Array.isArray(expected)) {
    const list = Array.isArray(actual) ? actual : [];
    for (const one of expected) holds(list.some((it) => fits(it, one)), `${where} is ${JSON.stringify(actual)}, expected among it ${JSON.stringify(one)}`);
    return undefined;
  }
  if (typeof expected !== 'object' || expected === null) return holds(actual === expected, `${where} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`);
  for (const [field, value] of Object.entries(expected)) expectPart(`${where}.${field}`, (actual as Record<string, unknown> | undefined)?.[field], value);
  return undefined;
}

function fits(actual: unknown, expected: unknown): boolean {
  try {
    expectPart('', actual, expected);
    return true;
  } catch (error) {
    if (error instanceof CheckFailed) return false;
    throw error;
  }
}
