import type { DeltaRequest, DeltaResponse, VersionedResource } from '../delta/messages.ts';
import type { EnvoyResourceKind, EnvoyResources } from '../translate/envoy-resources.ts';
import { EnvoyPeer } from './envoy-peer.ts';
import { asSent, type EnvoySet } from './envoy-set.ts';
import { probeListener, probeName, probeRoutes } from './probe.ts';
import { type EnvoyProblem, Quarantine } from './quarantine.ts';
import { RouteCuts } from './route-cuts.ts';
import { RouteInquiry } from './route-inquiry.ts';

/** One Envoy, as people see it. */
export interface EnvoyState {
  readonly instance: string;
  readonly isInSync: boolean;
  /** Its last refusal: resource and reason. */
  readonly lastRefusal?: string;
}

interface Member {
  readonly instance: string;
  readonly peer: EnvoyPeer;
  /** What it has taken as a whole. */
  settled?: EnvoySet;
  /** Names of listeners that it took, in some version. */
  readonly listeners: Set<string>;
  lastRefusal?: string;
}

interface Asking {
  readonly member: Member;
  readonly inquiry: RouteInquiry;
  readonly resource: VersionedResource;
}

/** Envoy's words for a listener that it would take on another machine, or later. */
const ofThisMachine = /cannot bind|in use|denied|not permitted|cannot assign/i;

/** The Envoys that have one configuration, and what they make of it. */
export class EnvoyGroup {
  readonly #onNews: () => void;
  readonly #members = new Set<Member>();
  readonly #quarantine = new Quarantine();
  #wanted: EnvoyResources | undefined;
  #set: EnvoySet | undefined;
  #problems: readonly EnvoyProblem[] = [];
  #asking: Asking | undefined;
  /** Versions of RouteConfigurations in which no single route is at fault. */
  readonly #inquired = new Set<string>();

  /** `onNews`: what `states`, `problems` or `hasListener` say changed. */
  constructor(onNews: () => void) {
    this.#onNews = onNews;
  }

  /** What the Envoys are to have from now on. */
  publish(wanted: EnvoyResources): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#inquired.clear();
    for (const { kind, name, why } of this.#problems) if (kind === 'listeners' && ofThisMachine.test(why)) this.#forgive(kind, name);
    this.#renew();
  }

  /** A new Envoy; answers what it says by `send`. */
  join(instance: string, send: (response: DeltaResponse) => void): { take(request: DeltaRequest): void; close(): void } {
    const member: Member = {
      instance, listeners: new Set(),
      peer: new EnvoyPeer({
        send,
        onAccepted: (kind, resources) => this.#accepted(member, kind, resources),
        onRefused: (kind, resource, why) => this.#refused(member, kind, { resource, why }),
        onSettled: (set) => this.#settled(member, set),
      }),
    };
    this.#members.add(member);
    this.#tell(member);
    this.#onNews();
    return { take: (request) => member.peer.take(request), close: () => this.#leave(member) };
  }

  /** Nothing is wanted any more; the Envoys keep what they have. */
  retire(): void {
    this.#wanted = undefined;
    this.#set = undefined;
    this.#problems = [];
  }

  /** Nothing is wanted, and nobody follows. */
  get isIdle(): boolean {
    return this.#wanted === undefined && this.isEmpty;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  get states(): readonly EnvoyState[] {
    return [...this.#members].map((it) => ({ instance: it.instance, isInSync: it.settled === this.#set, ...(it.lastRefusal === undefined ? {} : { lastRefusal: it.lastRefusal }) }));
  }

  /** What is kept from the Envoys. */
  get problems(): readonly EnvoyProblem[] {
    return this.#problems;
  }

  /** Whether some Envoy serves the listener, in whatever version. */
  hasListener(name: string): boolean {
    return [...this.#members].some((it) => it.listeners.has(name));
  }

  #leave(member: Member): void {
    member.peer.close();
    this.#members.delete(member);
    if (this.#asking?.member === member) {
      // Another one may say what this one did not.
      this.#forgive('routes', this.#asking.resource.name);
      this.#inquired.delete(this.#asking.resource.version);
      this.#asking = undefined;
      this.#renew();
    }
    this.#onNews();
  }

  #forgive(kind: EnvoyResourceKind, name: string): void {
    this.#quarantine.forgive(kind, name);
    for (const { peer } of this.#members) peer.forgive(kind, name);
  }

  /** Sends what can be sent of what is wanted. */
  #renew(): void {
    if (this.#wanted === undefined) return;
    const { set, problems } = this.#quarantine.sieve(this.#wanted);
    this.#set = set;
    this.#problems = problems;
    for (const member of this.#members) this.#tell(member);
    this.#onNews();
  }

  #tell(member: Member): void {
    if (this.#set === undefined) return;
    const question = this.#asking?.member === member ? this.#asking.inquiry.question(probeName) : undefined;
    member.peer.want(question === undefined ? this.#set : withProbe(this.#set, probeRoutes(question)));
  }

  #settled(member: Member, set: EnvoySet): void {
    if (member.settled === set) return;
    member.settled = set;
    for (const name of member.listeners) if (!set.listeners.resources.has(name)) member.listeners.delete(name);
    this.#onNews();
  }

  #accepted(member: Member, kind: EnvoyResourceKind, resources: readonly VersionedResource[]): void {
    const own = resources.filter((it) => it.name !== probeName);
    this.#quarantine.accepted(kind, own);
    if (kind === 'listeners') {
      for (const { name } of own) member.listeners.add(name);
      this.#onNews();
    }
    if (kind === 'routes' && own.length < resources.length) this.#answered(member, undefined);
  }

  #refused(member: Member, kind: EnvoyResourceKind, { resource, why }: { readonly resource: VersionedResource; readonly why: string }): void {
    if (resource.name === probeName) {
      if (kind === 'routes') this.#answered(member, why);
      return;
    }
    member.lastRefusal = `${kind.slice(0, -1)} ${resource.name}: ${why}`;
    this.#quarantine.refuse(kind, resource, why);
    if (kind === 'routes') this.#inquire(member, resource);
    this.#renew();
  }

  /** Looks for the routes at fault; where some are left out already, their matches are. */
  #inquire(member: Member, resource: VersionedResource): void {
    const wanted = this.#wanted?.routes.get(resource.name);
    if (wanted === undefined || this.#asking !== undefined || this.#inquired.has(resource.version)) return;
    const isWhole = wanted.version === resource.version;
    if (!isWhole && this.#quarantine.dropRoutes(new RouteCuts(asSent(wanted).bytes).routes)) return;
    const good = this.#quarantine.good('routes', resource.name);
    const innocent = new Set(good === undefined ? [] : new RouteCuts(good.bytes).routes.map((it) => it.id));
    const inquiry = new RouteInquiry(resource.bytes, (id) => innocent.has(id));
    this.#inquired.add(resource.version);
    if (inquiry.question(probeName) !== undefined) this.#asking = { member, resource, inquiry };
  }

  #answered(member: Member, why: string | undefined): void {
    const asking = this.#asking;
    if (asking === undefined || asking.member !== member) return;
    asking.inquiry.answer(why);
    if (asking.inquiry.question(probeName) !== undefined) return this.#tell(member);
    this.#asking = undefined;
    this.#quarantine.refuseRoutes(asking.inquiry.culprits);
    this.#renew();
    this.#inquireNext(member);
  }

  /** Others may have been refused meanwhile. */
  #inquireNext(member: Member): void {
    for (const { kind, name, route } of this.#problems) {
      const wanted = kind === 'routes' && route === undefined ? this.#wanted?.routes.get(name) : undefined;
      if (wanted === undefined) continue;
      this.#inquire(member, asSent(wanted));
      if (this.#asking !== undefined) return this.#tell(member);
    }
  }
}

function withProbe(set: EnvoySet, routes: VersionedResource): EnvoySet {
  return {
    ...set,
    listeners: { resources: new Map([...set.listeners.resources, [probeName, probeListener]]) },
    routes: { resources: new Map([...set.routes.resources, [probeName, routes]]) },
  };
}
