import type { Capabilities } from '../contract/index.ts';
import { EnvoyLane } from '../controller/index.ts';
import { adminPort, envoyAdminPort, envoyPaths, type FleetGateway } from '../fleet/index.ts';
import { envoyBootstrap, envoyTranslation } from '../xds/index.ts';
import type { PlaneWorld } from './cluster-plane.ts';
import type { Arguments } from './command.ts';
import type { ControlPlane } from './control-plane.ts';
import { envoyFleetSettings } from './fleet-options.ts';
import { ProxyFleet } from './proxy-fleet.ts';

/** Envoys as data planes: what they carry, and the fleet of a control plane. */
export interface EnvoyClass {
  readonly controllerName: string;
  readonly capabilities: Capabilities;
  fleet(control: ControlPlane, world: PlaneWorld): ProxyFleet;
}

/** The class of Gateways whose data planes are Envoys; undefined where none is asked for. Throws UsageError. */
export async function envoyClass(args: Arguments): Promise<EnvoyClass | undefined> {
  const settings = envoyFleetSettings(args);
  if (settings === undefined) return undefined;
  const { translate, envoyCapabilities } = await envoyTranslation();
  const bootstrap = JSON.stringify(envoyBootstrap({
    controlPlane: settings.controlPlane, authorityFile: envoyPaths.authority, tokenFile: envoyPaths.token,
    admin: { address: '127.0.0.1', port: envoyAdminPort }, health: { address: '0.0.0.0', port: adminPort },
  }));
  return {
    controllerName: settings.controllerName, capabilities: envoyCapabilities,
    fleet(control, world) {
      let logging = new Set<string>();
      const lane = new EnvoyLane({
        discovery: control.envoys, translate, now: () => performance.now(),
        termsOf: (gateway) => (logging.has(gateway) ? { accessLog: 'json' } : {}),
      });
      return new ProxyFleet(args, control, world, {
        settings: { ...settings, envoy: { bootstrap } }, lane,
        onGateways: (gateways) => { logging = new Set(gateways.filter(writesLog).map(({ namespace, name }) => `${namespace}/${name}`)); },
      });
    },
  };
}

/** Envoy's lines are JSON, whatever form is asked for. */
function writesLog({ parameters }: FleetGateway): boolean {
  return (parameters?.proxy?.accessLog ?? 'None') !== 'None';
}
