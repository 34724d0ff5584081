/**
 * controller: the loop from snapshots to a data plane and back to status; the only room with a clock, a queue and a last good
 * configuration. May import everything but cli, admin and console.
 */
export { Controller, type Applied, type ControllerOptions } from './controller.ts';
export { compile, type Compiled } from './compile.ts';
export { AddressBook, type AddressBookOptions } from './address-book.ts';
export { tryBind } from './bindable.ts';
export { poolAddresses } from './pool.ts';
export { checkAuthorities, checkKeyPair } from './key-pair.ts';
export { CONTROLLER_NAME, ENVOY_CONTROLLER_NAME } from './controller-name.ts';
export { assumeServed } from './assume.ts';
export { FleetPlane, irTypeUrl, type FleetPlaneOptions } from './fleet-plane.ts';
export type { Lane } from './lane.ts';
export { NativeLane } from './native-lane.ts';
export { EnvoyLane, planeState, type EnvoyLaneOptions } from './envoy-lane.ts';
export { SoleEnvoy, soleGroup, type SoleEnvoyOptions } from './sole-envoy.ts';
export { overdueMs, type DataPlaneState } from './data-planes.ts';
export { Replicas, replicaToken } from './replicas.ts';
export { FleetUpkeep, type FleetUpkeepOptions } from './fleet-upkeep.ts';
export { FollowedIr, type IrTaker } from './followed-ir.ts';
export { ServiceAddresses, type AddressedService, type ServiceView } from './service-addresses.ts';
export { closedGateways, fleetGateways } from './fleet-gateways.ts';
export { ControlPlaneCertificate, type CertificateOptions } from './control-plane-certificate.ts';
export type { CertificateState } from './certificate-state.ts';
export { objectEvents } from './object-events.ts';
