import type { FieldPath, Finding } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { AttachSettings } from './settings.ts';

/** Fields that the Gateway API is about to drop and that have a successor which this data plane carries: they work until then. */
export function deprecatedFields({ objects }: Model, { capabilities }: AttachSettings): Finding[] {
  if (capabilities.objectKinds?.has('XBackend') !== true) return [];
  const findings: Finding[] = [];
  for (const kind of ['HTTPRoute', 'GRPCRoute'] as const) {
    if (!capabilities.ruleFields.has('sessionPersistence')) break;
    for (const route of objects[kind].values()) {
      for (const [index, rule] of (route.object.spec.rules ?? []).entries()) {
        if (rule.sessionPersistence !== undefined) findings.push(deprecated(route, ['spec', 'rules', index, 'sessionPersistence'], `rules[${index}].sessionPersistence`));
      }
    }
  }
  for (const policy of objects.XBackendTrafficPolicy.values()) {
    if (policy.object.spec.sessionPersistence !== undefined) findings.push(deprecated(policy, ['spec', 'sessionPersistence'], 'sessionPersistence'));
  }
  return findings;
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
