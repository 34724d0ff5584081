import type { Graph } from '../attach/index.ts';
import type { ApplyReport, GatewayReport } from '../contract/index.ts';
import { closedGateways, FleetPlane, FleetUpkeep, ServiceAddresses, type AddressedService, type DataPlaneState, type Lane } from '../controller/index.ts';
import type { FleetGateway, FleetSettings } from '../fleet/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import type { ClusterPlane, PlaneWorld } from './cluster-plane.ts';
import type { Arguments } from './command.ts';
import type { ControlPlane } from './control-plane.ts';
import { watchedNamespaces } from './watched-namespaces.ts';

export interface ProxyFleetOptions {
  /** What data planes are like where no parameters say it. */
  readonly settings: Omit<FleetSettings, 'authority'>;
  /** How they are told their configuration. */
  readonly lane: Lane;
  /** Told of all Gateways of the fleet before they are handed anything. */
  onGateways?(gateways: readonly FleetGateway[]): void;
}

/** Data planes of one kind: each Gateway gets a Deployment of them, which get their configuration from the control plane. */
export class ProxyFleet implements ClusterPlane {
  readonly addresses: ServiceAddresses;
  readonly #world: PlaneWorld;
  readonly #options: ProxyFleetOptions;
  readonly #control: ControlPlane;
  readonly #plane: FleetPlane;
  readonly #upkeep: FleetUpkeep;
  #leads: boolean;
  #isInUse = false;

  constructor(args: Arguments, control: ControlPlane, world: PlaneWorld, options: ProxyFleetOptions) { // oxlint-disable-line max-params -- what it is, and where.
    this.#world = world;
    this.#options = options;
    this.#control = control;
    this.#leads = args.value('lease') === undefined;
    this.#plane = this.#newPlane();
    this.addresses = serviceAddresses(world);
    this.#upkeep = this.#newUpkeep(args);
    // Nothing is made that would trust nobody.
    this.#upkeep.lead(false);
    control.listen({
      told: (replica, gateway, text) => this.#plane.told(replica, gateway, text), lost: (replica) => this.#plane.lost(replica),
      notice: (gateway) => this.#plane.notice(gateway), look: () => this.#plane.look(),
      certified: () => { if (this.#isInUse) world.onNews(); },
    });
  }

  readonly apply = async (ir: Ir, graph: Graph, change?: IrChange): Promise<ApplyReport> => {
    const gateways = this.#upkeep.apply(graph);
    this.#options.onGateways?.(gateways);
    this.#isInUse = true;
    this.#upkeep.lead(this.#mayMake);
    await this.#upkeep.read();
    const served = [...gateways.map((it) => `${it.namespace}/${it.name}`), ...closedGateways(graph)];
    const report = this.#plane.apply(ir, served, (it) => graph.gateways.has(it), change);
    return withProblems(report, gateways, (it) => this.#upkeep.problemOf(it));
  };

  lead(leads: boolean): void {
    this.#leads = leads;
    this.#upkeep.lead(this.#mayMake);
  }

  dataPlanes(): readonly DataPlaneState[] {
    return this.#plane.states;
  }

  close(): Promise<void> {
    this.#upkeep.close();
    return Promise.resolve();
  }

  get #mayMake(): boolean {
    return this.#leads && this.#control.authority !== undefined;
  }

  #newPlane(): FleetPlane {
    return new FleetPlane(this.#options.lane, {
      onNews: () => this.#world.onNews(),
      onLocal: (gateway, text) => this.#control.bulletin.set(gateway, text),
      isServedElsewhere: (gateway) => {
        const [[namespace = '', name = ''], className] = [gateway.split('/'), this.#control.classOf(gateway)];
        return className !== undefined && this.#upkeep.hasReadyPods({ namespace, name, className });
      },
    });
  }

  #newUpkeep(args: Arguments): FleetUpkeep {
    const { access, find, onNews, onTrouble } = this.#world;
    return new FleetUpkeep(access, {
      ...watchedNamespaces(args), clusterAddress: (gateway) => this.addresses.clusterAddress(gateway), find, onNews, onTrouble,
      settings: () => ({ ...this.#options.settings, authority: this.#control.authority ?? '' }), isServed: (gateway) => this.#plane.isServed(gateway),
    });
  }
}

function serviceAddresses({ find, all }: PlaneWorld): ServiceAddresses {
  return new ServiceAddresses({
    find: (name) => find('Service', name) as AddressedService | undefined,
    all: () => all('Service') as Iterable<AddressedService>,
    ranges: () => [...all('ServiceCIDR')].flatMap((it) => (it as RangeOfServices).spec?.cidrs ?? []),
  });
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
