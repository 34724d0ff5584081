import type { Gateway, GatewayClass, GatewayParameters } from '../api/index.ts';
import { describeRef, type ObjectRef } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { ClassNode, ParametersNode } from './graph.ts';
import { forbiddenPatch } from './parameter-patches.ts';
import { suggestion } from './suggestion.ts';
import { refuse, type Verdict } from './verdict.ts';

/** The object that a parametersRef names, or why it cannot be used. */
type ResolvedParameters = { readonly parameters: Modeled<GatewayParameters> } | { readonly problem: Verdict };

const [group, kind] = ['postern.dev', 'GatewayParameters'];

/** The parameters of a class (spec: ParametersReference); undefined where it names none. */
export function classParameters({ spec }: GatewayClass, model: Model): ResolvedParameters | undefined {
  const ref = spec.parametersRef;
  if (ref === undefined) return undefined;
  if (!isKnown(ref)) return { problem: unknownKind('spec.parametersRef', ref) };
  if (ref.namespace === undefined || ref.namespace === '') {
    return { problem: { ...refuse('InvalidParameters', `spec.parametersRef: ${kind} have a namespace, and none is given.`), hint: 'Write namespace in parametersRef.' } };
  }
  return find('spec.parametersRef', { group, kind, namespace: ref.namespace, name: ref.name }, model);
}

export interface JudgedParameters {
  readonly parameters?: ParametersNode;
  /** Why they can't be used; its path is below `spec`. */
  readonly problem?: Verdict;
}

/** What holds for a Gateway: its own parameters (spec: LocalParametersReference) over those of its class, field by field. */
export function judgeParameters({ object, ref: { namespace } }: Modeled<Gateway>, owner: ClassNode | undefined, model: Model): JudgedParameters {
  const ref = object.spec.infrastructure?.parametersRef;
  const [field, path] = ['spec.infrastructure.parametersRef', ['infrastructure', 'parametersRef']];
  const own = ref === undefined ? undefined : isKnown(ref) ? find(field, { group, kind, namespace, name: ref.name }, model) : { problem: unknownKind(field, ref) };
  if (own !== undefined && 'problem' in own) return { problem: { ...own.problem, path } };
  const parameters = joined(owner, own?.parameters);
  if (parameters === undefined) return {};
  const lacks = lacking(parameters);
  return lacks === undefined ? { parameters } : { problem: refuse('InvalidParameters', lacks, ref === undefined ? undefined : path) };
}

function isKnown(ref: { readonly group: string; readonly kind: string }): boolean {
  return ref.group === group && ref.kind === kind;
}

function unknownKind(field: string, ref: { readonly group: string; readonly kind: string }): Verdict {
  const hint = `Name a ${kind} of group ${group}.`;
  return { ...refuse('InvalidParameters', `${field} names a ${ref.kind}${ref.group === '' ? '' : ` of group ${ref.group}`}; Postern has no parameters of that kind.`), hint };
}

function find(field: string, target: ObjectRef, model: Model): ResolvedParameters {
  const parameters = model.objects.GatewayParameters.get(`${target.namespace}/${target.name}`);
  if (parameters === undefined) return { problem: refuse('InvalidParameters', `${field}: ${describeRef(target)} does not exist.${suggestion(target, model.objects.GatewayParameters.values())}`) };
  const forbidden = forbiddenPatch(parameters.object.spec.patches);
  return forbidden === undefined ? { parameters } : { problem: refuse('InvalidParameters', `${field}: ${describeRef(target)}: ${forbidden}`) };
}

/** Undefined where neither level says anything. */
function joined(owner: ClassNode | undefined, own: Modeled<GatewayParameters> | undefined): ParametersNode | undefined {
  const levels = [owner?.parameters, own].flatMap((it) => (it === undefined ? [] : [it.object.spec]));
  if (levels.length === 0) return undefined;
  const [first, second] = [levels[0]!, levels[1]];
  const { patches: _, ...spec } = second === undefined ? first : over(withoutRival(first, second), second) as GatewayParameters['spec'];
  return { spec, patches: levels.flatMap((it) => it.patches ?? []) };
}

/** What is wrong once the levels are joined, as a sentence; undefined where all is well. */
function lacking({ spec: { autoscaling } }: ParametersNode): string | undefined {
  if (autoscaling === undefined) return undefined;
  const { minReplicas = 1, maxReplicas } = autoscaling;
  if (maxReplicas === undefined) return 'parameters: autoscaling needs maxReplicas, from the Gateway or from its class.';
  return minReplicas <= maxReplicas ? undefined : `parameters: autoscaling has minReplicas ${minReplicas} and maxReplicas ${maxReplicas} once those of class and Gateway are joined.`;
}

/** A number and an autoscaler exclude each other, so the Gateway's choice puts the class's aside. */
function withoutRival(below: GatewayParameters['spec'], above: GatewayParameters['spec']): GatewayParameters['spec'] {
  const { replicas, autoscaling, ...rest } = below;
  return {
    ...rest,
    ...(replicas === undefined || above.autoscaling !== undefined ? {} : { replicas }),
    ...(autoscaling === undefined || above.replicas !== undefined ? {} : { autoscaling }),
  };
}

/** Maps are joined; lists and plain values of `above` take the place of those below. */
function over(below: unknown, above: unknown): unknown {
  if (above === undefined) return below;
  if (!isMap(below) || !isMap(above)) return above;
  return Object.fromEntries([...new Set([...Object.keys(below), ...Object.keys(above)])].map((key) => [key, over(below[key], above[key])]));
}

function isMap(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
