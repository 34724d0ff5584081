import type { Graph } from '../attach/index.ts';
import type { ApplyReport, Finding, ObjectRef, Placement } from '../contract/index.ts';
import type { Known, Meaning } from '../explain/index.ts';
import type { Ir } from '../ir/index.ts';
import type { Model } from '../model/index.ts';
import type { StatusDocument } from '../status/index.ts';
import { stateOfFinding, type State, worst } from './state.ts';

/** One configuration with all that led to it. */
export interface InForce {
  /** Its number since the start. */
  readonly revision: number;
  readonly model: Model;
  readonly graph: Graph;
  readonly ir: Ir;
  readonly placement: Placement;
  readonly report: ApplyReport;
  readonly statuses: readonly StatusDocument[];
  /** What lint says of the manifests, and of the traffic that they cause where somebody looked. */
  readonly findings: readonly Finding[];
  /** How explain reads it. */
  readonly known: Known & { readonly meaning: Meaning };
}

/** The key of an object in all views: `httproute/shop/cart`. */
export function objectKey({ kind, namespace, name }: Pick<ObjectRef, 'kind' | 'namespace' | 'name'>): string {
  return `${kind.toLowerCase()}/${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** What findings say of each object, the worst. */
export function statesByObject(findings: readonly Finding[]): ReadonlyMap<string, State> {
  const states = new Map<string, State>();
  for (const finding of findings) {
    const { object, severity } = finding;
    if (object === undefined || severity === 'info') continue;
    const key = objectKey(object);
    states.set(key, worst([states.get(key) ?? 'good', stateOfFinding(finding)]));
  }
  return states;
}
