import type { Gateway } from '../api/index.ts';
import type { Capabilities } from '../contract/index.ts';
import type { AddressNode } from './graph.ts';
import { refuse, type Verdict } from './verdict.ts';

/** Reserved for tests: any address will do, and says so (GEP-5093). */
const sentinel = 'testing.x-k8s.io/sentinel';

/** What a Gateway asks for, entry by entry, with what can't be had from anybody (spec: GatewaySpecAddress, GEP-5093). */
export function wantedAddresses({ spec: { addresses = [] } }: Gateway, { features }: Capabilities): AddressNode[] {
  return addresses.map(({ type, value, routability = '' }, index) => {
    const problem = problemOf(type, routability, features);
    return {
      type, routability, ...(value === undefined || value === '' ? {} : { value }),
      ...(problem === undefined ? {} : { problem: refuse('NotAssigned', problem, ['spec', 'addresses', index, 'routability']) satisfies Verdict }),
    };
  });
}

function problemOf(type: string, routability: string, features: readonly string[]): string | undefined {
  if (routability === '' || routability === sentinel) return undefined;
  if (routability !== 'Cluster') return `routability ${routability} is not one that Postern knows; use Cluster, or leave it out.`;
  if (!features.includes('GatewayAddressRoutabilityCluster')) return 'routability Cluster: no addresses of a cluster\'s Services can be had here; leave it out.';
  return type === 'IPAddress' ? undefined : `routability Cluster is for addresses of type IPAddress, not ${type}.`;
}
