import type { GatewayNode, Graph } from '../attach/index.ts';
import type { GatewayPlacement } from '../contract/index.ts';
import { fleetName } from '../fleet/index.ts';
import type { Placed } from './address-book.ts';

/** A Service, as far as its addresses go. */
export interface AddressedService {
  readonly spec?: { readonly type?: string; readonly clusterIP?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } };
}

/** Reads the addresses of Gateways from the Services that lead to their data planes. */
export class ServiceAddresses {
  readonly #find: (key: string) => AddressedService | undefined;

  /** `find` gives the Service of a `namespace/name` as it is now. */
  constructor(find: (key: string) => AddressedService | undefined) {
    this.#find = find;
  }

  place(graph: Graph): Promise<Placed> {
    const accepted = [...graph.gateways.values()].filter((it) => it.accepted.ok);
    return Promise.resolve({ placement: new Map(accepted.map((it) => [it.gateway.key, this.#placeGateway(it)])), findings: [] });
  }

  /** Pods bind every address they have, at the true ports. */
  #placeGateway({ ref, gateway, addresses }: GatewayNode): GatewayPlacement {
    const place = { ports: new Map<number, number>(), bind: ['0.0.0.0'] };
    const service = this.#find(`${ref.namespace}/${fleetName(ref.name, gateway.object.spec.gatewayClassName)}`);
    const given = addressesOf(service);
    const wanted = addresses.flatMap((it) => (it.value === undefined ? [] : [it.value]));
    const missing = wanted.filter((value) => !given.some((it) => it.value === value));
    if (missing.length > 0) return { ...place, addresses: [], refused: { reason: 'AddressNotUsable', message: `spec.addresses: ${missing.join(', ')} ${missing.length === 1 ? 'was' : 'were'} not given to the Gateway's Service.` } };
    if (given.length === 0) return { ...place, addresses: [], refused: { reason: 'AddressNotAssigned', message: `Service ${fleetName(ref.name, gateway.object.spec.gatewayClassName)} has no address yet.` } };
    return { ...place, addresses: given };
  }
}

function addressesOf(service: AddressedService | undefined): GatewayPlacement['addresses'] {
  if (service?.spec?.type !== 'LoadBalancer') return ip(service?.spec?.clusterIP);
  return (service.status?.loadBalancer?.ingress ?? []).flatMap((it) => (it.hostname === undefined ? ip(it.ip) : [{ type: 'Hostname' as const, value: it.hostname }]));
}

function ip(value: string | undefined): GatewayPlacement['addresses'] {
  return value === undefined || value === '' || value === 'None' ? [] : [{ type: 'IPAddress', value }];
}
