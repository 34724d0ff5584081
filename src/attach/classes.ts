import { isBeforeV1, releaseVerdict } from './api-release.ts';
import type { FieldPath, Finding } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { ClassNode } from './graph.ts';
import { classParameters } from './parameters.ts';
import type { AttachSettings } from './settings.ts';
import { accept } from './verdict.ts';

/** The classes whose controllerName is ours; the others are left untouched. */
export function attachClasses(model: Model, { controllerName, gatewayApi }: AttachSettings): Map<string, ClassNode> {
  const nodes = new Map<string, ClassNode>();
  for (const [name, modeled] of model.objects.GatewayClass) {
    if (modeled.object.spec.controllerName === controllerName) nodes.set(name, isBeforeV1(gatewayApi) ? { class: modeled, accepted: releaseVerdict(gatewayApi) } : attachClass(modeled, model));
  }
  return nodes;
}

function attachClass(modeled: ClassNode['class'], model: Model): ClassNode {
  const found = classParameters(modeled.object, model);
  if (found !== undefined && 'problem' in found) return { class: modeled, accepted: found.problem };
  return { class: modeled, accepted: accept('Accepted', 'Postern serves Gateways of this class.'), ...found };
}

/** How a Gateway's class concerns us: ours, adopted although it isn't, or not served. */
export type Claim = { readonly kind: 'ours'; readonly class: ClassNode } | { readonly kind: 'adopted' } | { readonly kind: 'foreign' };

interface ClassedGateway {
  readonly spec: { readonly gatewayClassName: string };
}

export function claimGateway(gateway: Modeled<ClassedGateway>, classes: ReadonlyMap<string, ClassNode>, settings: AttachSettings): Claim {
  const ours = classes.get(gateway.object.spec.gatewayClassName);
  if (ours !== undefined) return { kind: 'ours', class: ours };
  return { kind: settings.adoptForeignClasses ? 'adopted' : 'foreign' };
}

/** One line for each class that is another controller's, and for each Gateway whose class is missing. */
export function foreignClassFindings(model: Model, settings: AttachSettings): Finding[] {
  const fate = settings.adoptForeignClasses
    ? { code: 'class-adopted', what: 'served all the same', hint: 'A cluster would leave it to that controller; --strict does the same here.' } as const
    : { code: 'class-not-served', what: 'left alone', hint: `Set spec.controllerName of the class to ${settings.controllerName} to have Postern serve it.` } as const;
  const foreign = [...model.objects.GatewayClass.values()].filter((it) => it.object.spec.controllerName !== settings.controllerName);
  const lost = [...model.objects.Gateway.values()].filter((it) => !model.objects.GatewayClass.has(it.object.spec.gatewayClassName));
  return [
    ...foreign.map((it) => classFinding(it, ['spec', 'controllerName'], {
      ...fate, message: `GatewayClass ${it.key} has controllerName ${it.object.spec.controllerName}, not ${settings.controllerName}; its Gateways are ${fate.what}.`,
    })),
    ...lost.map((it) => classFinding(it, ['spec', 'gatewayClassName'], {
      ...fate, message: `Gateway ${it.key} is ${fate.what}: its class ${it.object.spec.gatewayClassName} is not among the manifests.`,
      hint: settings.adoptForeignClasses ? 'Add the GatewayClass; without it a cluster would not serve the Gateway, nor does --strict here.' : `Add a GatewayClass of that name with controllerName ${settings.controllerName}.`,
    })),
  ];
}

function classFinding(modeled: Modeled<unknown>, path: FieldPath, { code, message, hint }: Pick<Finding, 'code' | 'message'> & { readonly hint: string }): Finding {
  const position = modeled.source.locate(path);
  const excerpt = position === undefined ? undefined : modeled.source.excerpt(position);
  return {
    code, severity: 'warning', message, hint, object: modeled.ref, path,
    ...(position === undefined ? {} : { position }), ...(excerpt === undefined ? {} : { excerpt }),
  };
}
