/** fleet: the Kubernetes objects that carry a Gateway's data plane (GEP-1762), and its part of the IR. Pure; applies nothing. May import ir, contract, base. */
export { fleetObjects } from './fleet-objects.ts';
export { fleetKinds, type FleetGateway, type FleetKind, type FleetObject, type FleetParameters, type FleetPatches, type FleetPort, type FleetSettings } from './fleet-gateway.ts';
export { controllerAnnotation, fleetSelector } from './identity.ts';
export { fleetName } from './fleet-name.ts';
export { envoyAdminPort, envoyPaths } from './envoy-container.ts';
export { adminPort } from './container-settings.ts';
export { GatewayPart } from './gateway-part.ts';
export { type ListenerHead } from './host-chunks.ts';
