import { timingSafeEqual } from 'node:crypto';
import { ControlPlaneCertificate, NativeLane, Replicas, replicaToken } from '../controller/index.ts';
import { irTypeUrl } from '../controller/index.ts';
import { AdsServer, Bulletin, EnvoyDiscovery, selfSigned } from '../xds/index.ts';
import type { PlaneWorld } from './cluster-plane.ts';
import type { Arguments } from './command.ts';
import { controlPlaneOf, listenPlace, sharedSecret } from './fleet-options.ts';
import { OtherControllers } from './other-controllers.ts';
import { TokenJudge } from './token-judge.ts';

/** Who is told what the control plane hears; Gateways are named `namespace/name`. */
export interface ControlPlaneListener {
  /** Another replica said what it knows of a Gateway's data planes. */
  told(replica: string, gateway: string, text: string | undefined): void;
  lost(replica: string): void;
  /** Something may have changed at the data planes of the Gateway. */
  notice(gateway: string): void;
  /** There is another authority, or the first one. */
  certified(): void;
  /** Every now and then. */
  look(): void;
}

/** Between two looks at who is there, and who is slow. Milliseconds. */
const lookMs = 2000;

/** Where data planes of every kind get their configuration, and controllers hear of each other: one server, with its certificate. */
export class ControlPlane {
  /** Of native data planes. */
  readonly native: NativeLane;
  /** Of Envoys. */
  readonly envoys: EnvoyDiscovery;
  readonly bulletin = new Bulletin();
  readonly #world: Omit<PlaneWorld, 'onNews'>;
  /** `host:port`, as data planes call it. */
  readonly #place: string;
  readonly #judge: TokenJudge;
  readonly #server: AdsServer;
  readonly #certificate: ControlPlaneCertificate;
  readonly #others: OtherControllers;
  readonly #replicas: Replicas;
  readonly #looks: NodeJS.Timeout;
  readonly #listeners: ControlPlaneListener[] = [];
  /** Private keys, the present one first; the one before is good for those who have not seen the change yet. */
  readonly #keys: string[] = [];

  private constructor(args: Arguments, port: number, world: Omit<PlaneWorld, 'onNews'>) {
    this.#world = world;
    this.#place = controlPlaneOf(args);
    this.#judge = new TokenJudge(world.access, (gateway) => this.classOf(gateway));
    this.native = new NativeLane({
      publish: (gateway, set, changed) => this.#server.publish(gateway, set, changed), forget: (gateway) => this.#server.forget(gateway), now: () => performance.now(),
    });
    this.envoys = new EnvoyDiscovery({ onNews: (gateway) => this.#notice(gateway) });
    this.#server = this.#configurationServer();
    this.#certificate = this.#newCertificate(args);
    this.#others = new OtherControllers(args, port, world.access, world.onTrouble);
    this.#replicas = this.#newReplicas();
    this.#looks = setInterval(() => this.#look(), lookMs).unref();
  }

  /** Listens for data planes. Throws UsageError. */
  static async open(args: Arguments, world: Omit<PlaneWorld, 'onNews'>): Promise<ControlPlane> {
    const place = listenPlace(args);
    const plane = new ControlPlane(args, place[0], world);
    await plane.#server.listen(...place);
    return plane;
  }

  listen(listener: ControlPlaneListener): void {
    this.#listeners.push(listener);
  }

  /** Who vouches for it, PEM; undefined while that is not known. */
  get authority(): string | undefined {
    return this.#certificate.authority;
  }

  lead(leads: boolean): void {
    this.#certificate.lead(leads);
  }

  classOf(gateway: string): string | undefined {
    return (this.#world.find('Gateway', gateway) as ClassedGateway | undefined)?.spec?.gatewayClassName;
  }

  async close(): Promise<void> {
    clearInterval(this.#looks);
    this.#replicas.close();
    this.#others.close();
    this.#certificate.close();
    this.#judge.close();
    await this.#server.close();
  }

  #look(): void {
    for (const it of this.#listeners) it.look();
    this.#replicas.look();
  }

  #notice(gateway: string): void {
    for (const it of this.#listeners) it.notice(gateway);
  }

  #configurationServer(): AdsServer {
    const { onTrouble } = this.#world;
    return new AdsServer({
      // Nobody trusts this one: data planes come in when the true one is known.
      ...selfSigned(['postern.invalid'], 1, new Date()), typeUrl: irTypeUrl, others: [this.envoys], onTrouble,
      mayRead: (token, gateway) => this.#judge.mayRead(token, gateway),
      onSettled: (gateway, instance, settled) => {
        if (settled.error !== undefined) onTrouble(`data plane ${instance} of Gateway ${gateway} did not take all of its configuration: ${settled.error}`);
        this.native.settled(gateway, instance, settled);
        this.#notice(gateway);
      },
      onClients: (gateway, instances) => {
        this.native.connected(gateway, instances);
        this.#notice(gateway);
      },
      bulletin: { of: this.bulletin, mayRead: (token) => this.#keys.some((it) => isSame(token, replicaToken(it))) },
    });
  }

  #newCertificate(args: Arguments): ControlPlaneCertificate {
    const { access, onTrouble } = this.#world;
    return new ControlPlaneCertificate(access, args.value('lease') === undefined, {
      names: [this.#serverName], ...sharedSecret(args), onTrouble,
      onChange: ({ shown }) => {
        this.#server.show(shown);
        if (shown.key !== this.#keys[0]) this.#keys.splice(0, this.#keys.length, shown.key, ...this.#keys.slice(0, 1));
        for (const it of this.#listeners) it.certified();
      },
    });
  }

  #newReplicas(): Replicas {
    const { onTrouble } = this.#world;
    return new Replicas({
      addresses: () => this.#others.addresses(), serverName: this.#serverName, authority: () => this.#certificate.authority, key: () => this.#keys[0], onTrouble,
      onTold: (replica, gateway, text) => { for (const it of this.#listeners) it.told(replica, gateway, text); },
      onLost: (replica) => { for (const it of this.#listeners) it.lost(replica); },
    });
  }

  /** As data planes call us. */
  get #serverName(): string {
    return this.#place.replace(/:\d+$/, '');
  }
}

interface ClassedGateway {
  readonly spec?: { readonly gatewayClassName?: string };
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
