import type { RequestExplanation } from '../../src/explain/index.ts';
import type { AskedRequest, Ir } from '../../src/ir/index.ts';

/** Why Envoy may do something else with a request, in the words of docs/data-planes.md; undefined where it must do the same. */
export function differenceOf(asked: AskedRequest, { status, targets }: RequestExplanation, ir: Ir): string | undefined {
  if (targets.length === 0 && status === 400) return 'how strictly requests are read';
  if (targets.length === 0 && status === 204 && JSON.stringify(ir.routes).includes('"cors"')) return 'status of a preflight';
  if (/%(?:[46][1-9a-f]|[57][0-9a]|2[de]|3[0-9]|5f|7e)/i.test(asked.target)) return 'needless escapes are undone';
  return undefined;
}
