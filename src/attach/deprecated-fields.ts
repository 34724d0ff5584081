import type { FieldPath, Finding } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { AnyRoute } from './graph.ts';
import type { AttachSettings } from './settings.ts';

/** Fields that the Gateway API is about to drop and that have a successor which this data plane carries: they work until then. */
export function deprecatedFields({ objects }: Model, settings: AttachSettings): Finding[] {
  if (!hasSuccessor(settings)) return [];
  return [...objects.XBackendTrafficPolicy.values()].filter(({ object }) => object.spec.sessionPersistence !== undefined)
    .map((policy) => deprecated(policy, ['spec', 'sessionPersistence'], 'sessionPersistence'));
}

/** As `deprecatedFields`, of a route. */
export function deprecatedRouteFields(route: Modeled<AnyRoute>, settings: AttachSettings): Finding[] {
  if (!hasSuccessor(settings) || !settings.capabilities.ruleFields.has('sessionPersistence')) return [];
  const rules = (route.object.spec.rules ?? []) as readonly { readonly sessionPersistence?: unknown }[];
  return rules.flatMap(({ sessionPersistence }, index) => (
    sessionPersistence === undefined ? [] : [deprecated(route, ['spec', 'rules', index, 'sessionPersistence'], `rules[${index}].sessionPersistence`)]
  ));
}

function hasSuccessor({ capabilities }: AttachSettings): boolean {
  return capabilities.objectKinds?.has('XBackend') === true;
}

function deprecated(modeled: Modeled<unknown>, path: FieldPath, field: string): Finding {
  const position = modeled.source.locate(path);
  const excerpt = position === undefined ? undefined : modeled.source.excerpt(position);
  return {
    code: 'deprecated-field', severity: 'warning', message: `${modeled.ref.kind} ${modeled.key}: ${field} is deprecated (GEP-1619) and works for now.`,
    hint: 'Move it to spec.sessionPersistence of an XBackend, and name that in backendRefs.', object: modeled.ref, path,
    ...(position === undefined ? {} : { position }), ...(excerpt === undefined ? {} : { excerpt }),
  };
}
