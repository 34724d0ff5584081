import type { AddressNode, GatewayNode, Graph } from '../attach/index.ts';
import type { GatewayPlacement } from '../contract/index.ts';
import { fleetName } from '../fleet/index.ts';
import type { Placed } from './address-book.ts';
import { assignment, matchOffers, routabilityOf, type AddressOutcome, type Offer } from './assignment.ts';
import { isInRanges } from './service-ranges.ts';

/** A Service, as far as its addresses go. */
export interface AddressedService {
  readonly metadata?: { readonly namespace?: string; readonly name: string };
  readonly spec?: { readonly type?: string; readonly clusterIP?: string; readonly clusterIPs?: readonly string[] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } };
}

/** The cluster's Services as they are now. */
export interface ServiceView {
  /** By `namespace/name`. */
  find(key: string): AddressedService | undefined;
  all(): Iterable<AddressedService>;
  /** CIDRs that Services have their addresses from. */
  ranges(): readonly string[];
}

/** Reads the addresses of Gateways from the Services that lead to their data planes. */
export class ServiceAddresses {
  readonly #services: ServiceView;

  constructor(services: ServiceView) {
    this.#services = services;
  }

  place(graph: Graph): Promise<Placed> {
    const accepted = [...graph.gateways.values()].filter((it) => it.accepted.ok);
    const mayBeOfCluster = graph.features.includes('GatewayAddressRoutabilityCluster');
    return Promise.resolve({ placement: new Map(accepted.map((it) => [it.gateway.key, this.#placeGateway(it, mayBeOfCluster ? 'Cluster' : '')])), findings: [] });
  }

  /**
   * The address of routability Cluster that the Gateway's Service is to be made with: the one asked for by value, where it can be had. One that can't
   * would have the API server refuse the whole Service, and with it the Gateway's other addresses.
   */
  clusterAddress(gateway: GatewayNode): string | undefined {
    const wanted = gateway.addresses.find((it) => it.routability === 'Cluster' && it.problem === undefined && it.value !== undefined);
    return wanted === undefined || this.#obstacle(wanted.value!, gateway) !== undefined ? undefined : wanted.value;
  }

  /** Pods bind every address they have, at the true ports, also before the Gateway has an address; but not where it never will have one. */
  #placeGateway(node: GatewayNode, scope: 'Cluster' | ''): GatewayPlacement {
    const service = this.#services.find(serviceKey(node));
    const offers = offersOf(service, scope);
    const assigned = node.addresses.length === 0 ? usualAddresses(node, offers) : assignment(this.#outcomes(node, offers));
    const { refused } = assigned;
    const isHopeless = refused?.reason === 'AddressNotAssigned' && refused.isPending !== true;
    return { ...assigned, ports: new Map(), ...(isHopeless ? {} : { bind: ['0.0.0.0'] }) };
  }

  #outcomes(node: GatewayNode, offers: readonly Offer[]): AddressOutcome[] {
    const given = matchOffers(node.addresses, offers);
    return node.addresses.map((entry, index): AddressOutcome => {
      const address = given[index];
      if (address !== undefined) return { given: address };
      if (entry.problem !== undefined) return { why: entry.problem.message };
      return entry.routability === 'Cluster' ? this.#withoutClusterAddress(entry, node, offers) : withoutUsualAddress(entry, node, offers);
    });
  }

  #withoutClusterAddress({ value }: AddressNode, node: GatewayNode, offers: readonly Offer[]): AddressOutcome {
    const obstacle = value === undefined ? undefined : this.#obstacle(value, node);
    if (obstacle !== undefined) return { why: `${value} ${obstacle}` };
    if (!offers.some((it) => it.isOfCluster)) return notYet(node);
    return { why: 'the Gateway\'s Service has no further address in the cluster.' };
  }

  /** Why the Service can't have an address, if that is known. */
  #obstacle(value: string, node: GatewayNode): string | undefined {
    const ranges = this.#services.ranges();
    if (!isInRanges(value, ranges)) return `is not an address of Services, which are those of ${ranges.join(', ')}.`;
    const own = this.#services.find(serviceKey(node));
    const current = clusterAddresses(own);
    if (current.length > 0) return current.includes(value) ? undefined : `can't be given any more: Service ${serviceKey(node)} has ${current.join(', ')} for good; delete it, and it is made anew.`;
    return [...this.#services.all()].some((it) => clusterAddresses(it).includes(value)) ? 'belongs to another Service.' : undefined;
  }
}

function serviceKey({ ref, gateway }: GatewayNode): string {
  return `${ref.namespace}/${fleetName(ref.name, gateway.object.spec.gatewayClassName)}`;
}

function usualAddresses(node: GatewayNode, offers: readonly Offer[]): ReturnType<typeof assignment> {
  const usual = offers.filter((it) => it.isUsual);
  if (usual.length > 0) return { addresses: usual.map((it) => ({ type: it.type, value: it.value, routability: routabilityOf(it) })) };
  return { addresses: [], refused: { reason: 'AddressNotAssigned', message: notYet(node).why, isPending: true } };
}

function notYet(node: GatewayNode): { readonly why: string; readonly because: 'pending' } {
  return { why: `Service ${serviceKey(node)} has no address yet.`, because: 'pending' };
}

function withoutUsualAddress({ type, value, routability }: AddressNode, node: GatewayNode, offers: readonly Offer[]): AddressOutcome {
  if (value !== undefined) return { why: `${value} was not given to the Gateway's Service.`, ...(routability === '' ? { because: 'unusable' } : {}) };
  if (!offers.some((it) => it.isUsual)) return notYet(node);
  return { why: `Service ${serviceKey(node)} has no further address of type ${type}.` };
}

/** What a Service has: at a load balancer that address is the usual one, otherwise the one in the cluster. `scope`: what the latter may be called. */
function offersOf(service: AddressedService | undefined, scope: 'Cluster' | ''): Offer[] {
  const isBalanced = service?.spec?.type === 'LoadBalancer';
  const outside = (service?.status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }): Offer[] => {
    if (hostname !== undefined && hostname !== '') return [{ type: 'Hostname', value: hostname, isUsual: true }];
    return ip === undefined || ip === '' ? [] : [{ type: 'IPAddress', value: ip, isUsual: true }];
  });
  const inside = clusterAddresses(service).map((value, index): Offer => ({ type: 'IPAddress', value, isOfCluster: scope === 'Cluster', isUsual: !isBalanced && index === 0 }));
  return isBalanced ? [...outside, ...inside] : inside;
}

function clusterAddresses(service: AddressedService | undefined): readonly string[] {
  const { clusterIP = '', clusterIPs } = service?.spec ?? {};
  return (clusterIPs ?? [clusterIP]).filter((it) => it !== '' && it !== 'None');
}
