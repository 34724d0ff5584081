import { CONTROLLER_NAME } from '../controller/index.ts';
import type { AttachSettings } from '../attach/index.ts';
import { ownPlane, type ClusterPlane, type PlaneWorld } from './cluster-plane.ts';
import { clusterSettings, type ClusterView } from './cluster-settings.ts';
import type { Arguments } from './command.ts';
import { ControlPlane } from './control-plane.ts';
import { envoyClass } from './envoy-fleet.ts';
import { fleetSettings } from './fleet-options.ts';
import { ProxyFleet } from './proxy-fleet.ts';

/** GatewayClasses of one controllerName: what their data planes carry, and the data planes. */
export interface ClusterClass {
  readonly controllerName: string;
  settingsIn(cluster: ClusterView): AttachSettings;
  plane(onNews: () => void): ClusterPlane;
}

export interface ClusterClasses {
  /** The native one first. */
  readonly classes: readonly ClusterClass[];
  /** Where data planes in pods get their configuration; undefined where this process carries the traffic. */
  readonly control: ControlPlane | undefined;
}

/** What carries the traffic of a cluster's Gateways, as the options ask for it. Throws UsageError. */
export async function planesOf(args: Arguments, world: Omit<PlaneWorld, 'onNews'>): Promise<ClusterClasses> {
  const controllerName = args.value('controller-name') ?? CONTROLLER_NAME;
  const serviceType = args.value('service-type') ?? 'LoadBalancer';
  const envoy = await envoyClass(args);
  if (args.value('pool') !== undefined) {
    const plane = await ownPlane(args);
    return { classes: [{ controllerName, settingsIn: clusterSettings({ plane: 'own', serviceType, controllerName }), plane: () => plane }], control: undefined };
  }
  const settings = fleetSettings(args);
  const control = await ControlPlane.open(args, world);
  const native: ClusterClass = {
    controllerName, settingsIn: clusterSettings({ plane: 'fleet', serviceType, controllerName }),
    plane: (onNews) => new ProxyFleet(args, control, { ...world, onNews }, { settings, lane: control.native }),
  };
  if (envoy === undefined) return { classes: [native], control };
  const { controllerName: name, capabilities } = envoy;
  return {
    classes: [native, {
      controllerName: name, settingsIn: clusterSettings({ plane: 'fleet', serviceType, controllerName: name, capabilities }),
      plane: (onNews) => envoy.fleet(control, { ...world, onNews }),
    }],
    control,
  };
}
