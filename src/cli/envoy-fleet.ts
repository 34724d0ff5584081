import type { Capabilities } from '../contract/index.ts';
import { EnvoyLane } from '../controller/index.ts';
import { adminPort, envoyAdminPort, envoyPaths, type FleetGateway } from '../fleet/index.ts';
import { envoyBootstrap, envoyTranslation, type EnvoyTerms } from '../xds/index.ts';
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
      let asked = new Map<string, EnvoyTerms>();
      const lane = new EnvoyLane({
        discovery: control.envoys, translate, now: () => performance.now(),
        termsOf: (gateway) => asked.get(gateway) ?? {},
      });
      return new ProxyFleet(args, control, world, {
        settings: { ...settings, envoy: { bootstrap } }, lane,
        onGateways: (gateways) => { asked = new Map(gateways.map((it) => [`${it.namespace}/${it.name}`, termsOf(it)])); },
      });
    },
  };
}

/** What the parameters of a Gateway ask of its Envoys. Lines of the log are JSON, whatever form is asked for. */
function termsOf({ parameters: { proxy = {} } = {} }: FleetGateway): EnvoyTerms {
  const { accessLog = 'None', metricsByRoute = false } = proxy;
  return { ...(accessLog === 'None' ? {} : { accessLog: 'json' }), ...(metricsByRoute ? { metricsByRoute } : {}) };
}
