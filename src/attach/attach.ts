import type { Model } from '../model/index.ts';
import type { BackendContext } from './backends.ts';
import { deprecatedFields } from './deprecated-fields.ts';
import { indexEndpoints } from './endpoints.ts';
import { judgePolicies } from './backend-tls.ts';
import { attachGateways } from './gateways.ts';
import type { BackendNode, Graph } from './graph.ts';
import { withAncestors } from './policy-ancestors.ts';
import { ancestorFinder } from './references.ts';
import { referenceGrants } from './reference-grants.ts';
import { attachRoutes } from './routes.ts';
import type { AttachSettings } from './settings.ts';
import { backingServices, indexPods } from './selected-pods.ts';
import { judgeTelemetry } from './telemetry.ts';
import { ancestorsOfTargets, judgeTrafficPolicies } from './traffic-policies.ts';
import { uncarriedObjects } from './uncarried-objects.ts';
import { judgeXBackends } from './xbackends.ts';

/** Puts the objects together and decides everything that the Gateway API asks to decide, once. Pure. */
export function attach(model: Model, settings: AttachSettings): Graph {
  const grants = referenceGrants(model);
  const backends = new Map<string, BackendNode>();
  const policies = judgePolicies({ model, grants, settings });
  const context: BackendContext = {
    model, grants, settings, endpoints: indexEndpoints(model), backends, policies, xbackends: judgeXBackends({ model, grants, settings }),
    traffic: judgeTrafficPolicies({ model, grants, settings }), references: new Map(), backingServices: backingServices(model), pods: indexPods(model),
  };
  const gateways = attachGateways(context);
  const routes = attachRoutes(gateways, context);
  const telemetryPolicies = judgeTelemetry(gateways.gateways, context);
  const ancestorsOf = ancestorFinder(context.references, { gateways: gateways.gateways, listenerSets: gateways.listenerSets, routes: routes.routes, telemetryPolicies });
  return {
    controllerName: settings.controllerName,
    features: settings.capabilities.features,
    classes: gateways.classes,
    gateways: gateways.gateways,
    listenerSets: gateways.listenerSets,
    routes: routes.routes,
    backends,
    backendPolicies: settings.capabilities.features.includes('BackendTLSPolicy') ? withAncestors(policies.nodes, { gateways: gateways.gateways, routes: routes.routes, telemetryPolicies, backends }) : [],
    telemetryPolicies,
    xbackends: context.xbackends.nodes.map((it) => ({ ...it, ancestors: ancestorsOf(it.ref) })),
    trafficPolicies: context.traffic.nodes.map((it) => ({ ...it, ancestors: ancestorsOfTargets(it, ancestorsOf) })),
    findings: [...uncarriedObjects(model, settings), ...deprecatedFields(model, settings), ...gateways.findings, ...routes.findings],
  };
}
