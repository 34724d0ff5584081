import type { ClassFact, ClusterFacts, ControllerFact, DataPlaneFact, PermissionFact, Reading } from './cluster-facts.ts';
import { diagnoseCrds } from './diagnose-crds.ts';
import { diagnoseGateway } from './diagnose-gateway.ts';
import type { Diagnosis } from './diagnosis.ts';

/** What is well and what is wrong in a cluster, from its foundations to its Gateways. */
export function diagnose(facts: ClusterFacts): Diagnosis[] {
  if ('trouble' in facts.server) {
    return [{ health: 'problem', subject: 'API server', says: facts.server.trouble, mend: 'Name the cluster with --kubeconfig and --context.' }];
  }
  const controllers = 'value' in facts.controllers ? facts.controllers.value : [];
  return [
    { health: 'ok', subject: 'API server', says: `Kubernetes ${facts.server.value}` },
    ...read('CustomResourceDefinitions', facts.crds, diagnoseCrds),
    ...read('Deployments', facts.controllers, diagnoseControllers),
    ...read('Permissions', facts.permissions, diagnosePermissions),
    ...read('GatewayClasses', facts.classes, (classes) => diagnoseClasses(classes, controllers)),
    ...read('Gateways', facts.gateways, (gateways) => (gateways.length === 0 ? [{ health: 'note', subject: 'Gateways', says: 'none of our classes' }] : gateways.flatMap(diagnoseGateway))),
    ...read('Data planes', facts.dataPlanes, diagnoseDataPlanes),
  ];
}

function read<T>(subject: string, reading: Reading<T>, judge: (value: T) => readonly Diagnosis[]): readonly Diagnosis[] {
  return 'value' in reading ? judge(reading.value) : [{ health: 'warning', subject, says: `cannot be read: ${reading.trouble}`, mend: 'Ask again as somebody who may.' }];
}

/** A Lease is renewed every few seconds; one that was not for this long has no holder that lives. */
const leaseSeconds = 30;

function diagnoseControllers(controllers: readonly ControllerFact[]): readonly Diagnosis[] {
  if (controllers.length === 0) return [{ health: 'problem', subject: 'Controller', says: 'there is none in this cluster', mend: 'Install one: postern install, or the Helm chart.' }];
  return controllers.flatMap(diagnoseController);
}

function diagnoseController({ namespace, name, image, wanted, ready, pods, lease }: ControllerFact): readonly Diagnosis[] {
  const subject = `Controller ${namespace}/${name}`;
  const ill = pods.filter((it) => !it.isReady).map((it) => `${it.name}${it.because === undefined ? '' : ` (${it.because})`}`).join(', ');
  const pod: Diagnosis = ready >= wanted && ready > 0
    ? { health: 'ok', subject, says: `${ready} of ${wanted} ready, ${image}` }
    : { health: ready === 0 ? 'problem' : 'warning', subject, says: `${ready} of ${wanted} ready${ill === '' ? '' : `; not ready: ${ill}`}`, mend: `kubectl -n ${namespace} logs deployment/${name}` };
  if (lease === undefined) return [pod];
  if (lease.holder !== '' && lease.ageSeconds <= leaseSeconds) return [pod, { health: 'ok', subject: `Lease ${lease.key}`, says: `held by ${lease.holder}` }];
  return [pod, {
    health: 'problem', subject: `Lease ${lease.key}`, says: lease.holder === '' ? 'nobody holds it, so nobody writes to the cluster' : `${lease.holder} has not renewed it for ${lease.ageSeconds} s, so nobody writes to the cluster`,
    mend: `See whether controllers run and may write Leases: kubectl -n ${namespace} logs deployment/${name}`,
  }];
}

/** What is refused, in a line for each resource. */
function diagnosePermissions(permissions: readonly PermissionFact[]): readonly Diagnosis[] {
  const byAccount = Map.groupBy(permissions, (it) => it.account);
  return [...byAccount].flatMap(([account, all]): Diagnosis[] => {
    const refused = Map.groupBy(all.filter((it) => !it.isAllowed), placeOf);
    if (refused.size === 0) return [{ health: 'ok', subject: `Permissions of ${account}`, says: `all ${all.length} given` }];
    return [...refused].map(([place, some]) => ({
      health: 'problem', subject: `Permissions of ${account}`, says: `may not ${some.map((it) => it.verb).join(', ')} ${place}`,
      mend: 'Apply the roles of the chart or of install.yaml: postern install --dry-run prints them.',
    }));
  });
}

function placeOf({ resource, group, namespace }: PermissionFact): string {
  return `${resource}${group === '' ? '' : `.${group}`}${namespace === undefined ? '' : ` in ${namespace}`}`;
}

function diagnoseClasses(classes: readonly ClassFact[], controllers: readonly ControllerFact[]): readonly Diagnosis[] {
  const names = new Set(controllers.flatMap(({ controllerName, envoyControllerName = controllerName }) => [controllerName, envoyControllerName]));
  const ours = classes.filter((it) => names.has(it.controllerName));
  if (ours.length === 0) {
    const wanted = [...names].join(' or ');
    return controllers.length === 0 ? [] : [{ health: 'problem', subject: 'GatewayClasses', says: `none with controllerName ${wanted}`, mend: 'Make one, or install with gatewayClass.create.' }];
  }
  return ours.map(({ name, conditions }) => {
    const subject = `GatewayClass ${name}`;
    const accepted = conditions.find((it) => it.type === 'Accepted');
    if (accepted === undefined || accepted.reason === 'Pending') return { health: 'problem', subject, says: 'no controller has looked at it', mend: 'See whether a controller runs and leads (above).' };
    if (accepted.status !== 'True') return { health: 'problem', subject, says: `not accepted: ${accepted.reason}: ${accepted.message}`, mend: 'Mend what the message names.' };
    const version = conditions.find((it) => it.type === 'SupportedVersion');
    if (version?.status === 'False') return { health: 'warning', subject, says: `${version.reason}: ${version.message}` };
    return { health: 'ok', subject, says: 'accepted' };
  });
}

/** A line for each that lacks something; one for all others. */
function diagnoseDataPlanes(planes: readonly DataPlaneFact[]): readonly Diagnosis[] {
  const odd = planes.filter((it) => it.state !== 'in sync');
  const well = planes.length - odd.length;
  return [
    ...(well === 0 ? [] : [{ health: 'ok' as const, subject: 'Data planes', says: `${well} have the newest configuration` }]),
    ...odd.map(({ gateway, name, state, message }): Diagnosis => ({
      health: state === 'refused' ? 'problem' : 'warning', subject: `Data plane ${name} of ${gateway}`,
      says: state === 'refused' ? `goes on with an older configuration: ${message ?? 'no reason given'}` : 'has not taken the newest configuration yet',
      mend: `kubectl -n ${gateway.split('/')[0]} logs ${name}`,
    })),
  ];
}
