import { controllerAnnotation, fleetName } from '../fleet/index.ts';
import type { OwnedObject } from '../source/index.ts';

/** What is known of the Gateways that objects were made for. */
export interface OwnerView {
  readonly controllerName: string;
  /** The Gateway of a `namespace/name` as it is now. */
  gateway(key: string): { readonly uid: string; readonly className: string } | undefined;
  /** `controllerName` of a class; undefined where there is no such class. */
  controllerOf(className: string): string | undefined;
  /** How far a Gateway has come: its objects are known, and it has traffic with them. `refused`: it cannot be served as it is now. */
  stateOf(key: string): 'refused' | 'wanted' | 'served';
  /** Whether the object is among those that are to be there. */
  wants(object: OwnedObject): boolean;
}

/**
 * Whether an object that this controller made stands for nothing any more. Only what is known for sure counts: objects of a Gateway that is not there
 * are left to the garbage collector, those of a class that is not there wait for it, and those of a Gateway that cannot be served as it is now serve on.
 */
export function isLeftover(object: OwnedObject, view: OwnerView): boolean {
  const { annotations, namespace, name, ownerReferences } = object.metadata;
  const owner = ownerReferences?.find((it) => it.kind === 'Gateway');
  if (owner === undefined || annotations?.[controllerAnnotation] !== view.controllerName) return false;
  const key = `${namespace}/${owner.name}`;
  const gateway = view.gateway(key);
  if (gateway === undefined || gateway.uid !== owner.uid) return false;
  const controller = view.controllerOf(gateway.className);
  if (controller === undefined) return false;
  if (controller !== view.controllerName) return true;
  if (view.wants(object)) return false;
  const state = view.stateOf(key);
  // What a former class left carries traffic until its successor does; what is only no longer asked for can go at once.
  return state === 'served' || state === 'wanted' && name === fleetName(owner.name, gateway.className);
}
