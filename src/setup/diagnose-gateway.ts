import type { ConditionFact, GatewayFact } from './cluster-facts.ts';
import type { Diagnosis } from './diagnosis.ts';

/** One Gateway: whether it works, and if not, the first thing in its way. */
export function diagnoseGateway(gateway: GatewayFact): readonly Diagnosis[] {
  const subject = `Gateway ${gateway.namespace}/${gateway.name}`;
  const trouble = inTheWay(gateway);
  if (trouble !== undefined) return [{ health: 'problem', subject, ...trouble }, ...listeners(gateway)];
  return [{ health: 'ok', subject, says: `programmed, ${gateway.addresses.join(', ')}${replicas(gateway)}` }, ...notReady(gateway), ...listeners(gateway)];
}

type Trouble = Pick<Diagnosis, 'says' | 'mend'>;

function inTheWay(gateway: GatewayFact): Trouble | undefined {
  const { conditions, generation, addresses } = gateway;
  const [accepted, programmed] = [named(conditions, 'Accepted'), named(conditions, 'Programmed')];
  if (accepted === undefined || accepted.reason === 'Pending') return { says: 'no controller has looked at it', mend: 'See whether a controller runs, leads, and may read its namespace (above).' };
  if (isStale(accepted, generation)) return { says: `its status speaks of generation ${accepted.observedGeneration}, and it is at ${generation}`, mend: 'See whether a controller leads (above), and its log.' };
  if (accepted.status !== 'True') return { says: `not accepted: ${accepted.reason}: ${accepted.message}`, mend: 'Mend what the message names.' };
  if (programmed?.status !== 'True') return whyNotProgrammed(gateway, programmed);
  if (addresses.length === 0) return { says: 'programmed, and without an address', mend: 'See the Service of the Gateway.' };
  return undefined;
}

function whyNotProgrammed(gateway: GatewayFact, programmed: ConditionFact | undefined): Trouble {
  const { namespace, service, deployment, pods } = gateway;
  const says = programmed === undefined ? 'not programmed' : `not programmed: ${programmed.reason}: ${programmed.message}`;
  if (service === undefined) return { says: `${says} It has no Service.`, mend: 'See the permissions of the controller (above), and its log.' };
  if (service.addresses.length === 0 && service.type === 'LoadBalancer') {
    return { says: `${says} Service ${service.name} waits for an address.`, mend: 'Something must give addresses to Services of type LoadBalancer, such as MetalLB or the cloud; or install with proxy.serviceType NodePort or ClusterIP.' };
  }
  if (deployment === undefined) return { says: `${says} It has no Deployment.`, mend: 'See the permissions of the controller (above), and its log.' };
  if (deployment.ready === 0) {
    const because = pods.flatMap((it) => it.because ?? [])[0];
    return { says: `${says} No data plane is ready${because === undefined ? '' : `: ${because}`}.`, mend: `kubectl -n ${namespace} describe pods -l gateway.networking.k8s.io/gateway-name=${gateway.name}` };
  }
  return { says, mend: 'See its listeners, and the log of the controller.' };
}

function replicas({ deployment }: GatewayFact): string {
  return deployment === undefined ? '' : `, ${deployment.ready} of ${deployment.wanted} data planes ready`;
}

/** A data plane is ready once it serves the configuration that it was given. */
function notReady({ namespace, name, deployment, pods }: GatewayFact): readonly Diagnosis[] {
  if (deployment === undefined || deployment.ready >= deployment.wanted) return [];
  const ill = pods.filter((it) => !it.isReady).map((it) => `${it.name}${it.because === undefined ? '' : ` (${it.because})`}`).join(', ');
  return [{ health: 'warning', subject: `Data planes of ${namespace}/${name}`, says: `${deployment.wanted - deployment.ready} of ${deployment.wanted} not in sync${ill === '' ? '' : `: ${ill}`}`, mend: `kubectl -n ${namespace} logs deployment/${deployment.name}` }];
}

function listeners({ namespace, name, listeners: all, generation }: GatewayFact): readonly Diagnosis[] {
  return all.flatMap(({ name: listener, conditions }): Diagnosis[] => {
    const bad = ['Accepted', 'ResolvedRefs', 'Programmed'].map((type) => named(conditions, type)).find((it) => it !== undefined && it.status !== 'True' && !isStale(it, generation));
    if (bad === undefined) return [];
    return [{ health: 'problem', subject: `Listener ${namespace}/${name} ${listener}`, says: `${bad.type} is ${bad.status}: ${bad.reason}: ${bad.message}`, mend: 'Mend what the message names.' }];
  });
}

function named(conditions: readonly ConditionFact[], type: string): ConditionFact | undefined {
  return conditions.find((it) => it.type === type);
}

function isStale({ observedGeneration }: ConditionFact, generation: number): boolean {
  return observedGeneration !== undefined && observedGeneration < generation;
}
