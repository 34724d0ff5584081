import { timingSafeEqual } from 'node:crypto';
import type { Graph } from '../attach/index.ts';
import type { ApplyReport, GatewayReport } from '../contract/index.ts';
import { closedGateways, ControlPlaneCertificate, FleetPlane, FleetUpkeep, irTypeUrl, NativeLane, Replicas, replicaToken, ServiceAddresses, type AddressedService, type DataPlaneState } from '../controller/index.ts';
import type { FleetGateway } from '../fleet/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import { AdsServer, Bulletin, selfSigned } from '../xds/index.ts';
import type { ClusterPlane, PlaneWorld } from './cluster-plane.ts';
import type { Arguments } from './command.ts';
import { fleetSettings, listenPlace, sharedSecret } from './fleet-options.ts';
import { OtherControllers } from './other-controllers.ts';
import { TokenJudge } from './token-judge.ts';
import { watchedNamespaces } from './watched-namespaces.ts';

/** Between two looks at who is there, and who is slow. Milliseconds. */
const lookMs = 2000;

/** Each Gateway gets a Deployment of data planes, which get their configuration from here. */
export class ProxyFleet implements ClusterPlane {
  readonly addresses: ServiceAddresses;
  readonly #world: PlaneWorld;
  readonly #settings: ReturnType<typeof fleetSettings>;
  readonly #bulletin = new Bulletin();
  readonly #judge: TokenJudge;
  readonly #server: AdsServer;
  readonly #lane: NativeLane;
  readonly #plane: FleetPlane;
  readonly #certificate: ControlPlaneCertificate;
  readonly #upkeep: FleetUpkeep;
  readonly #others: OtherControllers;
  readonly #replicas: Replicas;
  readonly #looks: NodeJS.Timeout;
  /** Private keys of the control plane, the present one first; the one before is good for those who have not seen the change yet. */
  readonly #keys: string[] = [];
  #leads: boolean;
  #isInUse = false;

  private constructor(args: Arguments, port: number, world: PlaneWorld) {
    this.#world = world;
    this.#settings = fleetSettings(args);
    this.#leads = args.value('lease') === undefined;
    this.#judge = new TokenJudge(world.access, (gateway) => this.#classOf(gateway));
    this.#server = this.#configurationServer();
    this.#lane = new NativeLane({
      publish: (gateway, set, changed) => this.#server.publish(gateway, set, changed), forget: (gateway) => this.#server.forget(gateway), now: () => performance.now(),
    });
    this.#plane = this.#newPlane();
    this.addresses = serviceAddresses(world);
    this.#certificate = this.#newCertificate(args);
    this.#upkeep = this.#newUpkeep(args);
    // Nothing is made that would trust nobody.
    this.#upkeep.lead(false);
    this.#others = new OtherControllers(args, port, world.access, world.onTrouble);
    this.#replicas = this.#newReplicas();
    this.#looks = setInterval(() => this.#look(), lookMs).unref();
  }

  /** Listens for data planes. Throws UsageError. */
  static async open(args: Arguments, world: PlaneWorld): Promise<ProxyFleet> {
    const place = listenPlace(args);
    const fleet = new ProxyFleet(args, place[0], world);
    await fleet.#server.listen(...place);
    return fleet;
  }

  readonly apply = async (ir: Ir, graph: Graph, change?: IrChange): Promise<ApplyReport> => {
    const gateways = this.#upkeep.apply(graph);
    this.#isInUse = true;
    this.#upkeep.lead(this.#mayMake);
    await this.#upkeep.read();
    const served = [...gateways.map((it) => `${it.namespace}/${it.name}`), ...closedGateways(graph)];
    const report = this.#plane.apply(ir, served, (it) => graph.gateways.has(it), change);
    return withProblems(report, gateways, (it) => this.#upkeep.problemOf(it));
  };

  lead(leads: boolean): void {
    this.#leads = leads;
    this.#certificate.lead(leads);
    this.#upkeep.lead(this.#mayMake);
  }

  dataPlanes(): readonly DataPlaneState[] {
    return this.#plane.states;
  }

  async close(): Promise<void> {
    clearInterval(this.#looks);
    this.#replicas.close();
    this.#others.close();
    this.#certificate.close();
    this.#upkeep.close();
    this.#judge.close();
    await this.#server.close();
  }

  get #mayMake(): boolean {
    return this.#leads && this.#certificate.authority !== undefined;
  }

  #look(): void {
    this.#plane.look();
    this.#replicas.look();
  }

  #classOf(gateway: string): string | undefined {
    return (this.#world.find('Gateway', gateway) as ClassedGateway | undefined)?.spec?.gatewayClassName;
  }

  #configurationServer(): AdsServer {
    const { onTrouble } = this.#world;
    return new AdsServer({
      // Nobody trusts this one: data planes come in when the true one is known.
      ...selfSigned(['postern.invalid'], 1, new Date()), typeUrl: irTypeUrl, onTrouble,
      mayRead: (token, gateway) => this.#judge.mayRead(token, gateway),
      onSettled: (gateway, instance, settled) => {
        if (settled.error !== undefined) onTrouble(`data plane ${instance} of Gateway ${gateway} did not take all of its configuration: ${settled.error}`);
        this.#lane.settled(gateway, instance, settled);
        this.#plane.notice(gateway);
      },
      onClients: (gateway, instances) => {
        this.#lane.connected(gateway, instances);
        this.#plane.notice(gateway);
      },
      bulletin: { of: this.#bulletin, mayRead: (token) => this.#keys.some((it) => isSame(token, replicaToken(it))) },
    });
  }

  #newPlane(): FleetPlane {
    const { onNews } = this.#world;
    return new FleetPlane(this.#lane, {
      onNews,
      onLocal: (gateway, text) => this.#bulletin.set(gateway, text),
      isServedElsewhere: (gateway) => {
        const [[namespace = '', name = ''], className] = [gateway.split('/'), this.#classOf(gateway)];
        return className !== undefined && this.#upkeep.hasReadyPods({ namespace, name, className });
      },
    });
  }

  #newCertificate(args: Arguments): ControlPlaneCertificate {
    const { access, onNews, onTrouble } = this.#world;
    return new ControlPlaneCertificate(access, this.#leads, {
      names: [this.#serverName], ...sharedSecret(args), onTrouble,
      onChange: ({ shown }) => {
        this.#server.show(shown);
        if (shown.key !== this.#keys[0]) this.#keys.splice(0, this.#keys.length, shown.key, ...this.#keys.slice(0, 1));
        if (this.#isInUse) onNews();
      },
    });
  }

  #newUpkeep(args: Arguments): FleetUpkeep {
    const { access, find, onNews, onTrouble } = this.#world;
    return new FleetUpkeep(access, {
      ...watchedNamespaces(args), clusterAddress: (gateway) => this.addresses.clusterAddress(gateway), find, onNews, onTrouble,
      settings: () => ({ ...this.#settings, authority: this.#certificate.authority ?? '' }), isServed: (gateway) => this.#plane.isServed(gateway),
    });
  }

  #newReplicas(): Replicas {
    const { onTrouble } = this.#world;
    return new Replicas({
      addresses: () => this.#others.addresses(), serverName: this.#serverName, authority: () => this.#certificate.authority, key: () => this.#keys[0],
      onTold: (replica, gateway, text) => this.#plane.told(replica, gateway, text), onLost: (replica) => this.#plane.lost(replica), onTrouble,
    });
  }

  /** As data planes call us. */
  get #serverName(): string {
    return this.#settings.controlPlane.replace(/:\d+$/, '');
  }
}

function serviceAddresses({ find, all }: PlaneWorld): ServiceAddresses {
  return new ServiceAddresses({
    find: (name) => find('Service', name) as AddressedService | undefined,
    all: () => all('Service') as Iterable<AddressedService>,
    ranges: () => [...all('ServiceCIDR')].flatMap((it) => (it as RangeOfServices).spec?.cidrs ?? []),
  });
}

interface ClassedGateway {
  readonly spec?: { readonly gatewayClassName?: string };
}

/** networking.k8s.io/v1 ServiceCIDR. */
interface RangeOfServices {
  readonly spec?: { readonly cidrs?: readonly string[] };
}

function withProblems(report: ApplyReport, gateways: readonly FleetGateway[], problemOf: (gateway: FleetGateway) => string | undefined): ApplyReport {
  const problems = gateways.flatMap((it): [string, GatewayReport][] => {
    const [key, problem] = [`${it.namespace}/${it.name}`, problemOf(it)];
    return problem === undefined ? [] : [[key, { ...report.gateways?.[key], problem }]];
  });
  return problems.length === 0 ? report : { ...report, gateways: { ...report.gateways, ...Object.fromEntries(problems) } };
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
