import { isIP } from 'node:net';
import { CONTROLLER_NAME, FleetPlane, fleetGateways, irTypeUrl, ServiceAddresses, type AddressedService, type ControllerOptions } from '../controller/index.ts';
import { fleetName, fleetObjects, type FleetSettings } from '../fleet/index.ts';
import { createProxy } from '../proxy/index.ts';
import { Applier, TokenReviewer, type ClusterAccess, type ClusterSource } from '../source/index.ts';
import { AdsServer, selfSigned } from '../xds/index.ts';
import { addressBook } from './address-options.ts';
import { UsageError, type Arguments } from './command.ts';
import { proxySettings } from './proxy-settings.ts';
import { wholeNumber } from './whole-number.ts';

/** What carries the traffic of a cluster's Gateways. */
export interface ClusterPlane extends Pick<ControllerOptions, 'addresses' | 'apply'> {
  /** Whether this process writes to the cluster. */
  lead(leads: boolean): void;
  close(graceMs: number): Promise<void>;
}

export interface PlaneWorld {
  readonly access: ClusterAccess;
  find: ClusterSource['find'];
  /** Something changed at the data planes. */
  onNews(): void;
  onTrouble(message: string): void;
}

/** The data plane is this process, on addresses of this machine. */
export async function ownPlane(args: Arguments): Promise<ClusterPlane> {
  const proxy = createProxy(proxySettings(args));
  return { addresses: await addressBook(args), apply: (ir) => proxy.apply(ir), lead: () => undefined, close: (graceMs) => proxy.close(graceMs) };
}

const audience = 'postern.dev/control-plane';
const tenYears = 3650;

/** Each Gateway gets a Deployment of data planes, which get their configuration from here. */
export async function fleetOfProxies(args: Arguments, world: PlaneWorld): Promise<ClusterPlane> {
  const { access, find, onNews, onTrouble } = world;
  const controlPlane = args.value('control-plane');
  const image = args.value('proxy-image');
  if (controlPlane === undefined || image === undefined) throw new UsageError('give --proxy-image and --control-plane for data planes in pods, or --pool to serve from this machine');
  const { certificate, key } = selfSigned([controlPlane.replace(/:\d+$/, '')], tenYears, new Date());
  const settings: FleetSettings = { controllerName: CONTROLLER_NAME, image, controlPlane, replicas: wholeNumber(args, 'replicas', 2), serviceType: serviceType(args), authority: certificate };
  const reviewer = new TokenReviewer(access, audience);
  const classes = new Map<string, string>();
  const server = new AdsServer({
    key, certificate, typeUrl: irTypeUrl,
    async mayRead(token, gateway) {
      const [namespace, name] = gateway.split('/');
      const className = classes.get(gateway);
      return className !== undefined && await reviewer.userOf(token) === `system:serviceaccount:${namespace}:${fleetName(name!, className)}`;
    },
    onSettled(gateway, settled) {
      plane.settled(gateway, settled);
      onNews();
    },
    onClients: onNews,
    onTrouble,
  });
  const plane = new FleetPlane((gateway, set) => server.publish(gateway, set));
  const applier = new Applier(access, onTrouble);
  await server.listen(...listenPlace(args));
  return {
    addresses: new ServiceAddresses((name) => find('Service', name) as AddressedService | undefined),
    apply(ir, graph) {
      const gateways = fleetGateways(graph);
      for (const { namespace, name, className } of gateways) classes.set(`${namespace}/${name}`, className);
      applier.want(gateways.flatMap((it) => fleetObjects(it, settings)));
      return Promise.resolve(plane.apply(ir, gateways.map((it) => `${it.namespace}/${it.name}`)));
    },
    lead: (leads) => applier.pause(!leads),
    async close() {
      applier.close();
      reviewer.close();
      await server.close();
    },
  };
}

function listenPlace(args: Arguments): [port: number, address: string] {
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
