import { fleetName, type FleetGateway } from '../fleet/index.ts';

/** A Service as it is, as far as it limits what it can become. */
export interface LiveService {
  readonly metadata?: { readonly ownerReferences?: readonly { readonly kind: string; readonly uid: string }[] };
  readonly spec?: { readonly type?: string; readonly loadBalancerClass?: string };
}

/** A Gateway as its objects can be made, and what of its wishes cannot be, a sentence. */
export interface Reconciled {
  readonly gateway: FleetGateway;
  readonly note?: string;
}

/**
 * Kubernetes lets nobody change the load balancer class of a Service that has one, whoever set it: an apply that tries would fail as a whole, ports and
 * all, so the class that is there stays.
 */
export function withLiveClass(gateway: FleetGateway, live: LiveService | undefined): Reconciled {
  const { type, loadBalancerClass } = live?.spec ?? {};
  const wanted = gateway.parameters?.service?.loadBalancerClass;
  if (type !== 'LoadBalancer' || loadBalancerClass === undefined || loadBalancerClass === wanted) return { gateway };
  const settled = { ...gateway, parameters: { ...gateway.parameters, service: { ...gateway.parameters?.service, loadBalancerClass } } };
  if (wanted === undefined) return { gateway: settled };
  return { gateway: settled, note: `Service ${keyOf(gateway)} keeps loadBalancerClass ${loadBalancerClass}, which nobody can change to ${wanted}; delete the Service, and it is made anew.` };
}

/**
 * Two Gateways whose names and classes join to the same name would fight for the same objects: those belong to the one that has them, or else to the
 * first. Of the others why they get none, by `namespace/name` of the Gateway.
 */
export function withoutOwnName(gateways: readonly FleetGateway[], find: (key: string) => LiveService | undefined): ReadonlyMap<string, string> {
  const byName = Map.groupBy(gateways, keyOf);
  const losers = [...byName].filter(([, all]) => all.length > 1).flatMap(([key, all]) => {
    const owners = new Set(find(key)?.metadata?.ownerReferences?.map((it) => it.uid));
    const holder = all.find((it) => owners.has(it.uid)) ?? all[0]!;
    return all.filter((it) => it !== holder).map((it): [string, string] => [
      `${it.namespace}/${it.name}`, `Its objects would be called ${fleetName(it.name, it.className)}, as those of Gateway ${holder.namespace}/${holder.name} are; rename one of the two.`,
    ]);
  });
  return new Map(losers);
}

function keyOf({ namespace, name, className }: FleetGateway): string {
  return `${namespace}/${fleetName(name, className)}`;
}
