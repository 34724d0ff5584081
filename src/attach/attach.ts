import type { Model } from '../model/index.ts';
import { indexEndpoints } from './endpoints.ts';
import { judgePolicies } from './backend-tls.ts';
import { attachGateways } from './gateways.ts';
import type { BackendNode, Graph } from './graph.ts';
import { withAncestors } from './policy-ancestors.ts';
import { referenceGrants } from './reference-grants.ts';
import { attachRoutes } from './routes.ts';
import type { AttachSettings } from './settings.ts';
import { uncarriedObjects } from './uncarried-objects.ts';

/** Puts the objects together and decides everything that the Gateway API asks to decide, once. Pure. */
export function attach(model: Model, settings: AttachSettings): Graph {
  const grants = referenceGrants(model);
  const gateways = attachGateways({ model, grants, settings });
  const backends = new Map<string, BackendNode>();
  const policies = judgePolicies({ model, grants, settings });
  const routes = attachRoutes(gateways, { model, grants, settings, endpoints: indexEndpoints(model), backends, policies });
  return {
    controllerName: settings.controllerName,
    features: settings.capabilities.features,
    classes: gateways.classes,
    gateways: gateways.gateways,
    listenerSets: gateways.listenerSets,
    routes: routes.routes,
    backends,
    backendPolicies: settings.capabilities.features.includes('BackendTLSPolicy') ? withAncestors(policies.nodes, routes.routes, backends) : [],
    findings: [...uncarriedObjects(model, settings), ...gateways.findings, ...routes.findings],
  };
}
