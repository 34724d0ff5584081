import { isIP } from 'node:net';
import type { ApplyReport, GatewayReport } from '../contract/index.ts';
import { CONTROLLER_NAME, ControlPlaneCertificate, FleetPlane, FleetUpkeep, irTypeUrl, overdueMs, ServiceAddresses, type AddressedService, type ControllerOptions, type DataPlaneState } from '../controller/index.ts';
import { fleetName, type FleetGateway, type FleetSettings } from '../fleet/index.ts';
import { createProxy } from '../proxy/index.ts';
import { TokenReviewer, type ClusterAccess, type ClusterSource } from '../source/index.ts';
import { AdsServer, selfSigned } from '../xds/index.ts';
import { addressBook } from './address-options.ts';
import { UsageError, type Arguments } from './command.ts';
import { proxySettings } from './proxy-settings.ts';
import { watchedNamespaces } from './watched-namespaces.ts';
import { wholeNumber } from './whole-number.ts';

/** What carries the traffic of a cluster's Gateways. */
export interface ClusterPlane extends Pick<ControllerOptions, 'addresses' | 'apply'> {
  /** Whether this process writes to the cluster. */
  lead(leads: boolean): void;
  /** What each data plane has; absent where this process is the only one. */
  dataPlanes?(): readonly DataPlaneState[];
  close(graceMs: number): Promise<void>;
}

export interface PlaneWorld {
  readonly access: ClusterAccess;
  find: ClusterSource['find'];
  all: ClusterSource['all'];
  /** Something changed at the data planes. */
  onNews(): void;
  onTrouble(message: string): void;
}

/** The data plane is this process, on addresses of this machine. */
export async function ownPlane(args: Arguments): Promise<ClusterPlane> {
  const proxy = createProxy(proxySettings(args));
  return { addresses: await addressBook(args), apply: (ir, _, change) => proxy.apply(ir, change), lead: () => undefined, close: (graceMs) => proxy.close(graceMs) };
}

const audience = 'postern.dev/control-plane';

/** Each Gateway gets a Deployment of data planes, which get their configuration from here. */
export async function fleetOfProxies(args: Arguments, world: PlaneWorld): Promise<ClusterPlane> {
  const { access, find, onNews, onTrouble } = world;
  const settings = fleetSettings(args);
  const classOf = (gateway: string): string | undefined => (find('Gateway', gateway) as ClassedGateway | undefined)?.spec?.gatewayClassName;
  const judge = judgeOfTokens(access, classOf);
  const server = configurationServer(() => plane, judge, onTrouble);
  const plane: FleetPlane = new FleetPlane({
    publish: (gateway, set) => server.publish(gateway, set), forget: (gateway) => server.forget(gateway), onNews, now: () => performance.now(),
    isServedElsewhere(gateway) {
      const [[namespace, name], className] = [namesOf(gateway), classOf(gateway)];
      return className !== undefined && upkeep.hasReadyPods({ namespace, name, className });
    },
  });
  const addresses = serviceAddresses(world);
  let [leads, isInUse] = [args.value('lease') === undefined, false];
  const certificate = new ControlPlaneCertificate(access, leads, {
    names: [settings.controlPlane.replace(/:\d+$/, '')], ...sharedSecret(args), onTrouble,
    onChange({ shown }) {
      server.show(shown);
      if (isInUse) onNews();
    },
  });
  const upkeep: FleetUpkeep = new FleetUpkeep(access, {
    ...watchedNamespaces(args), clusterAddress: (gateway) => addresses.clusterAddress(gateway),
    settings: () => ({ ...settings, authority: certificate.authority ?? '' }), find, isServed: (gateway) => plane.isServed(gateway), onNews, onTrouble,
  });
  // Nothing is made that would trust nobody.
  upkeep.lead(false);
  const looks = setInterval(() => plane.look(), overdueMs / 2).unref();
  await server.listen(...listenPlace(args));
  return {
    addresses,
    async apply(ir, graph) {
      const gateways = upkeep.apply(graph);
      isInUse = true;
      upkeep.lead(leads && certificate.authority !== undefined);
      await upkeep.read();
      const report = plane.apply(ir, gateways.map((it) => `${it.namespace}/${it.name}`), (it) => graph.gateways.has(it));
      return withProblems(report, gateways, (it) => upkeep.problemOf(it));
    },
    lead(isLeader) {
      leads = isLeader;
      certificate.lead(leads);
      upkeep.lead(leads && certificate.authority !== undefined);
    },
    dataPlanes: () => plane.states,
    async close() {
      clearInterval(looks);
      certificate.close();
      upkeep.close();
      judge.close();
      await server.close();
    },
  };
}

function configurationServer(plane: () => FleetPlane, judge: TokenJudge, onTrouble: (message: string) => void): AdsServer {
  return new AdsServer({
    // Nobody trusts this one: data planes come in when the true one is known.
    ...selfSigned(['postern.invalid'], 1, new Date()), typeUrl: irTypeUrl,
    mayRead: judge.mayRead,
    onSettled(gateway, instance, settled) {
      if (settled.error !== undefined) onTrouble(`data plane ${instance} of Gateway ${gateway} did not take all of its configuration: ${settled.error}`);
      plane().settled(gateway, instance, settled);
    },
    onClients: (gateway, instances) => plane().connected(gateway, instances),
    onTrouble,
  });
}

function serviceAddresses({ find, all }: PlaneWorld): ServiceAddresses {
  return new ServiceAddresses({
    find: (name) => find('Service', name) as AddressedService | undefined,
    all: () => all('Service') as Iterable<AddressedService>,
    ranges: () => [...all('ServiceCIDR')].flatMap((it) => (it as RangeOfServices).spec?.cidrs ?? []),
  });
}

interface TokenJudge {
  mayRead(token: string, gateway: string): Promise<boolean>;
  close(): void;
}

/** A data plane is known by the token of its ServiceAccount. */
function judgeOfTokens(access: ClusterAccess, classOf: (gateway: string) => string | undefined): TokenJudge {
  const reviewer = new TokenReviewer(access, audience);
  return {
    async mayRead(token, gateway) {
      const [namespace, name] = namesOf(gateway);
      const className = classOf(gateway);
      return className !== undefined && await reviewer.userOf(token) === `system:serviceaccount:${namespace}:${fleetName(name, className)}`;
    },
    close: () => reviewer.close(),
  };
}

/** Beside the lease, for all who take part in its election. */
function sharedSecret(args: Arguments): { readonly secret?: { readonly namespace: string; readonly name: string } } {
  const text = args.value('certificate') ?? (args.value('lease') === undefined ? undefined : `${args.value('lease')}-control-plane`);
  if (text === undefined) return {};
  const [namespace = '', name = ''] = text.split('/');
  if (namespace === '' || name === '') throw new UsageError(`--certificate ${text}: give NAMESPACE/NAME`);
  return { secret: { namespace, name } };
}

interface ClassedGateway {
  readonly spec?: { readonly gatewayClassName?: string };
}

/** networking.k8s.io/v1 ServiceCIDR. */
interface RangeOfServices {
  readonly spec?: { readonly cidrs?: readonly string[] };
}

function namesOf(gateway: string): readonly [namespace: string, name: string] {
  const [namespace = '', name = ''] = gateway.split('/');
  return [namespace, name];
}

function withProblems(report: ApplyReport, gateways: readonly FleetGateway[], problemOf: (gateway: FleetGateway) => string | undefined): ApplyReport {
  const problems = gateways.flatMap((it): [string, GatewayReport][] => {
    const [key, problem] = [`${it.namespace}/${it.name}`, problemOf(it)];
    return problem === undefined ? [] : [[key, { ...report.gateways?.[key], problem }]];
  });
  return problems.length === 0 ? report : { ...report, gateways: { ...report.gateways, ...Object.fromEntries(problems) } };
}

function fleetSettings(args: Arguments): Omit<FleetSettings, 'authority'> {
  const [controlPlane, image] = [args.value('control-plane'), args.value('proxy-image')];
  if (controlPlane === undefined || image === undefined) throw new UsageError('give --proxy-image and --control-plane for data planes in pods, or --pool to serve from this machine');
  return { controllerName: args.value('controller-name') ?? CONTROLLER_NAME, image, controlPlane, replicas: wholeNumber(args, 'replicas', 2), serviceType: serviceType(args) };
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
