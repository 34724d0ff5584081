import type { ObjectTypes } from '../api/index.ts';
import type { FieldPath, Finding } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { AnyRoute } from './graph.ts';
import type { AttachSettings } from './settings.ts';

/** Kinds of the Gateway API that have a place in traffic and that a data plane may not carry, with the feature that says it does. */
const policies: readonly (readonly [kind: keyof ObjectTypes, feature: string])[] = [
  ['BackendTLSPolicy', 'BackendTLSPolicy'],
  ['XBackend', 'XBackend'],
  ['XBackendTrafficPolicy', 'XBackendTrafficPolicy'],
  ['XTelemetryPolicy', 'TelemetryPolicyTracing'],
  ['XMesh', 'Mesh'],
];

/** Says of whole objects but routes, and of fields that nothing else judges, that they have no effect here: nothing is ignored in silence. */
export function uncarriedObjects(model: Model, { capabilities }: AttachSettings): Finding[] {
  const findings = uncarriedKinds(model, capabilities);
  for (const it of model.objects.Gateway.values()) {
    if (it.object.spec.defaultScope !== undefined && it.object.spec.defaultScope !== 'None') findings.push(uncarried(it, ['spec', 'defaultScope'], 'default Gateways are not carried yet; routes must name it'));
    if (it.object.spec.tls?.backend?.clientCertificateRef !== undefined && !capabilities.features.includes('GatewayBackendClientCertificate')) {
      findings.push(uncarried(it, ['spec', 'tls', 'backend', 'clientCertificateRef'], `client certificates for backends are not carried by the ${capabilities.name} data plane`));
    }
  }
  if (!capabilities.features.includes('GatewayInfrastructure')) for (const it of model.objects.GatewayParameters.values()) findings.push(withoutPods(it));
  return findings;
}

/** As `uncarriedObjects`, of a route. */
export function uncarriedRouteFields(route: Modeled<AnyRoute>): Finding[] {
  const { useDefaultGateways } = route.object.spec;
  if (useDefaultGateways === undefined || useDefaultGateways === 'None') return [];
  return [uncarried(route, ['spec', 'useDefaultGateways'], 'default Gateways are not carried yet; name the Gateways in parentRefs')];
}

/** No mistake: the same manifests are for a cluster too. */
function withoutPods(modeled: Modeled<unknown>): Finding {
  return { ...uncarried(modeled, ['kind'], 'it describes pods and Services of a cluster, and none are made here; it has no effect'), severity: 'info' };
}

function uncarriedKinds(model: Model, { name, features, objectKinds }: AttachSettings['capabilities']): Finding[] {
  return policies.filter(([kind, feature]) => !features.includes(feature) && objectKinds?.has(kind) !== true)
    .flatMap(([kind]) => [...model.objects[kind].values()].map((it) => uncarried(it, ['kind'], `objects of this kind are not carried by the ${name} data plane; it has no effect`)));
}

function uncarried(modeled: Modeled<unknown>, path: FieldPath, what: string): Finding {
  const position = modeled.source.locate(path);
  const excerpt = position === undefined ? undefined : modeled.source.excerpt(position);
  return {
    code: 'not-carried', severity: 'warning', message: `${modeled.ref.kind} ${modeled.key}: ${what}.`, object: modeled.ref, path,
    ...(position === undefined ? {} : { position }), ...(excerpt === undefined ? {} : { excerpt }),
  };
}
