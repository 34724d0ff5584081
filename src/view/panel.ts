import { describeRef, formatPosition } from '../contract/index.ts';
import { explainObject, findObject, type ObjectExplanation } from '../explain/index.ts';
import { type InForce, objectKey } from './in-force.ts';
import { type State, worst } from './state.ts';

/** A condition of a status, as the API has it. */
export interface ConditionLine {
  /** What it is about: the object, a listener or a parent. */
  readonly of: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** All that is said of one object. */
export interface ObjectPanel {
  readonly key: string;
  readonly kind: string;
  readonly state: State;
  /** The answer: state, cause and mend come first. */
  readonly answer: ObjectExplanation;
  readonly conditions: readonly ConditionLine[];
  /** `file:line:column` of the object. */
  readonly written?: string;
  /** Key of its box in the map; absent where it has none. */
  readonly box?: string;
}

export interface PanelQuestion {
  /** KIND/NAME, KIND/NAMESPACE/NAME or listener/NAMESPACE/GATEWAY/NAME. */
  readonly name: string;
  /** Look for a change that mends it, which takes as long as many configurations. */
  readonly tries: boolean;
}

/** A panel, or a sentence where there is no such object. */
export function objectPanel({ name, tries }: PanelQuestion, inForce: InForce): ObjectPanel | { readonly problem: string } {
  const { known, graph } = inForce;
  const named = findObject(name, undefined, known.meaning);
  if (named.kind === 'unknown') return { problem: named.problem };
  const { trying, ...meaning } = { ...known.meaning, findings: inForce.findings };
  const answer = explainObject(named, { ...known, meaning: tries && trying !== undefined ? { ...meaning, trying } : meaning });
  const state = worst([answer.isGood ? 'good' : 'bad']);
  if (named.kind === 'listener') {
    const listener = graph.gateways.get(named.gateway)?.listeners.find((it) => it.name === named.listener);
    return { key: name, kind: 'listener', state, answer, conditions: [], ...(listener === undefined ? {} : { box: listener.key }) };
  }
  const { ref } = named;
  const key = objectKey(ref);
  const isOnlyWarned = !answer.isGood && !inForce.findings.some(({ object, severity }) => severity === 'error' && object !== undefined && objectKey(object) === key) && !answer.parts.some((it) => it.state === 'bad');
  const written = placeOf(inForce, key, ref.kind);
  const box = boxOf(inForce, key);
  return {
    key, kind: ref.kind, state: isOnlyWarned ? 'warning' : state, answer, conditions: conditionsOf(inForce, key),
    ...(written === undefined ? {} : { written }), ...(box === undefined ? {} : { box }),
  };
}

function placeOf({ model }: InForce, key: string, kind: string): string | undefined {
  const objects = (model.objects as Readonly<Record<string, ReadonlyMap<string, { readonly source: { locate(path: readonly string[]): Parameters<typeof formatPosition>[0] | undefined } }>>>)[kind];
  const position = objects?.get(key.slice(kind.length + 1))?.source.locate([]);
  return position === undefined ? undefined : formatPosition(position);
}

function boxOf({ graph }: InForce, key: string): string | undefined {
  if (graph.gateways.has(key.slice('gateway/'.length)) || graph.routes.some(({ ref }) => objectKey(ref) === key)) return key;
  return [...graph.backends.values()].find(({ service }) => objectKey(service) === key)?.key;
}

interface Conditioned {
  readonly conditions?: readonly Omit<ConditionLine, 'of'>[];
  readonly listeners?: readonly { readonly name: string; readonly conditions: readonly Omit<ConditionLine, 'of'>[] }[];
  readonly parents?: readonly { readonly parentRef?: { readonly name: string; readonly sectionName?: string }; readonly conditions: readonly Omit<ConditionLine, 'of'>[] }[];
  readonly ancestors?: readonly { readonly ancestorRef: { readonly name: string }; readonly conditions: readonly Omit<ConditionLine, 'of'>[] }[];
}

function conditionsOf({ statuses }: InForce, key: string): ConditionLine[] {
  const found = statuses.find(({ ref }) => objectKey(ref) === key);
  if (found === undefined) return [];
  const { conditions = [], listeners = [], parents = [], ancestors = [] } = found.status as Conditioned;
  const lines = (of: string, list: readonly Omit<ConditionLine, 'of'>[]): ConditionLine[] => list.map(({ type, status, reason, message }) => ({ of, type, status, reason, message }));
  return [
    ...lines(describeRef(found.ref), conditions), ...listeners.flatMap((it) => lines(`listener ${it.name}`, it.conditions)),
    ...parents.flatMap((it) => lines(`parent ${it.parentRef?.name ?? ''}${it.parentRef?.sectionName === undefined ? '' : `, ${it.parentRef.sectionName}`}`, it.conditions)),
    ...ancestors.flatMap((it) => lines(`for ${it.ancestorRef.name}`, it.conditions)),
  ];
}
