import type { GatewayClass } from '../api/index.ts';
import type { Finding } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { ClassNode } from './graph.ts';
import type { AttachSettings } from './settings.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

/** The classes whose controllerName is ours; the others are left untouched. */
export function attachClasses(model: Model, controllerName: string): Map<string, ClassNode> {
  const nodes = new Map<string, ClassNode>();
  for (const [name, modeled] of model.objects.GatewayClass) {
    if (modeled.object.spec.controllerName === controllerName) nodes.set(name, { class: modeled, accepted: acceptClass(modeled.object) });
  }
  return nodes;
}

function acceptClass({ spec }: GatewayClass): Verdict {
  const parameters = spec.parametersRef;
  if (parameters === undefined) return accept('Accepted', 'Postern serves Gateways of this class.');
  return refuse('InvalidParameters', `spec.parametersRef names a ${parameters.kind}${parameters.group === '' ? '' : ` of group ${parameters.group}`}; Postern has no parameters of that kind.`);
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

/** One line that says what happens to a Gateway whose class is not ours. */
export function foreignClassFinding(gateway: Modeled<ClassedGateway>, claim: Claim, model: Model, settings: AttachSettings): Finding {
  const name = gateway.object.spec.gatewayClassName;
  const found = model.objects.GatewayClass.get(name);
  const cause = found === undefined
    ? `its class ${name} is not among the manifests`
    : `its class ${name} has controllerName ${found.object.spec.controllerName}, not ${settings.controllerName}`;
  const position = gateway.source.locate(['spec', 'gatewayClassName']);
  const adopted = claim.kind === 'adopted';
  return {
    code: adopted ? 'class-adopted' : 'class-not-served',
    severity: 'warning',
    message: `Gateway ${gateway.key} is ${adopted ? 'served all the same' : 'left alone'}: ${cause}.`,
    hint: adopted
      ? 'A cluster would leave it to that controller; --strict does the same here.'
      : `Set spec.controllerName of the class to ${settings.controllerName} to have Postern serve it.`,
    object: gateway.ref,
    path: ['spec', 'gatewayClassName'],
    ...(position === undefined ? {} : { position }),
  };
}
