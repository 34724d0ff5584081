/** fleet: the Kubernetes objects that carry a Gateway's data plane (GEP-1762). Pure; applies nothing. May import ir, contract, base. */
export { fleetObjects, type FleetGateway, type FleetObject, type FleetSettings } from './fleet-objects.ts';
export { fleetName } from './fleet-name.ts';
export { gatewayIr } from './gateway-ir.ts';
