import { isIP } from 'node:net';
import { CONTROLLER_NAME, ENVOY_CONTROLLER_NAME } from '../controller/index.ts';
import type { FleetSettings } from '../fleet/index.ts';
import { UsageError, type Arguments } from './command.ts';
import { wholeNumber } from './whole-number.ts';

/** `host:port` where data planes reach this process. Throws UsageError. */
export function controlPlaneOf(args: Arguments): string {
  return requiredOf(args, 'control-plane');
}

function requiredOf(args: Arguments, name: 'control-plane' | 'proxy-image'): string {
  const value = args.value(name);
  if (value === undefined) throw new UsageError('give --proxy-image and --control-plane for data planes in pods, or --pool to serve from this machine');
  return value;
}

/** What data planes are like where no parameters say it. Throws UsageError. */
export function fleetSettings(args: Arguments): Omit<FleetSettings, 'authority'> {
  const [controlPlane, image] = [controlPlaneOf(args), requiredOf(args, 'proxy-image')];
  return { controllerName: args.value('controller-name') ?? CONTROLLER_NAME, image, controlPlane, replicas: wholeNumber(args, 'replicas', 2), serviceType: serviceType(args) };
}

/** As `fleetSettings`, of data planes that are Envoys; undefined where none is asked for. */
export function envoyFleetSettings(args: Arguments): Omit<FleetSettings, 'authority'> | undefined {
  const [image, name] = [args.value('envoy-image'), args.value('envoy-controller-name')];
  if (image === undefined && name !== undefined) throw new UsageError('--envoy-controller-name has a meaning only with --envoy-image');
  if (image === undefined) return undefined;
  if (args.value('pool') !== undefined) throw new UsageError('--envoy-image makes data planes in pods, and --pool serves from this machine; give one of them');
  const settings = { ...fleetSettings(args), image, controllerName: name ?? ENVOY_CONTROLLER_NAME };
  if (settings.controllerName === fleetSettings(args).controllerName) throw new UsageError('--envoy-controller-name: classes of Envoys need another controllerName than those of native data planes');
  return settings;
}

/** Where data planes are listened for. Throws UsageError. */
export function listenPlace(args: Arguments): [port: number, address: string] {
  const text = args.value('listen') ?? '0.0.0.0:18000';
  const parts = /^(.*):(\d{1,5})$/.exec(text);
  const address = parts?.[1]?.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (isIP(address) === 0) throw new UsageError(`--listen ${text}: give an IP address and a port such as 0.0.0.0:18000`);
  return [Number(parts![2]), address];
}

function serviceType(args: Arguments): FleetSettings['serviceType'] {
  const text = args.value('service-type') ?? 'LoadBalancer';
  if (text === 'LoadBalancer' || text === 'NodePort' || text === 'ClusterIP') return text;
  throw new UsageError(`--service-type ${text}: LoadBalancer, NodePort or ClusterIP`);
}

/** The Secret of the control plane's certificate: beside the lease, for all who take part in its election. Throws UsageError. */
export function sharedSecret(args: Arguments): { readonly secret?: { readonly namespace: string; readonly name: string } } {
  const text = args.value('certificate') ?? (args.value('lease') === undefined ? undefined : `${args.value('lease')}-control-plane`);
  if (text === undefined) return {};
  const [namespace = '', name = ''] = text.split('/');
  if (namespace === '' || name === '') throw new UsageError(`--certificate ${text}: give NAMESPACE/NAME`);
  return { secret: { namespace, name } };
}
