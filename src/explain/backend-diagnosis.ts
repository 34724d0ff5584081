import type { EndpointSlice } from '../api/index.ts';
import { describeRef, formatPosition, type Origin } from '../contract/index.ts';
import type { TargetOutcome } from '../ir/index.ts';
import type { Modeled } from '../model/index.ts';
import { type WithFinding, diagnosisOf, findingsAbout, type Known, placeOf } from './known.ts';
import { setField } from './mend/change.ts';
import { weightChanges } from './mend/request-candidates.ts';
import { backendName, endpointName, ruleName } from './names.ts';

/** Why requests for a target never reach a backend; `rule` is where the target is written. */
export function targetDiagnosis({ backend, index, answer }: TargetOutcome, rule: Origin, known: Known): WithFinding {
  const path = ['spec', 'rules', rule.rule ?? 0, 'backendRefs', index];
  const finding = findingsAbout(known, rule, path)[0];
  if (finding !== undefined) return diagnosisOf(finding);
  if (backend === undefined) return { cause: `${ruleName(rule)}: backendRefs[${index}] does not resolve (${answer?.cause ?? 'unknown'}).`, mend: 'Name a Service and a port that exist.', ...placeOf(known, rule, path) };
  if (answer?.cause === 'tls-refused') return tlsDiagnosis(backend, known);
  if (answer?.cause === 'auth-unavailable') return { cause: `an authorizer that ${ruleName(rule)} asks has no ready endpoint.`, mend: 'Bring the authorizer up; without it no request passes.', ...placeOf(known, rule, path) };
  return endpointDiagnosis(backend, known);
}

/** Why nobody of a backend can be asked. */
function endpointDiagnosis(key: string, known: Known): WithFinding {
  const backend = known.ir.backends[key];
  const name = backendName(key, backend);
  const endpoints = known.ir.endpoints[key] ?? [];
  if (endpoints.length > 0) {
    const states = endpoints.slice(0, 3).map(endpointName).join(', ');
    return { cause: `${name} has ${endpoints.length} endpoint${endpoints.length === 1 ? '' : 's'}, and none is ready: ${states}.`, mend: 'Look why the Pods are not ready (kubectl describe pod): their readiness probe decides.' };
  }
  const service = backend === undefined ? undefined : known.meaning?.model.objects.Service.get(`${backend.origin.namespace}/${backend.origin.name}`);
  if (backend === undefined || service === undefined) return { cause: `${name} has no endpoint.`, mend: 'Start Pods that it selects.' };
  return sliceDiagnosis(name, { backend: backend.origin, port: known.meaning?.graph.backends.get(key)?.port }, known);
}

interface WithoutEndpoint {
  readonly backend: Origin;
  readonly port: number | undefined;
}

/** Slices join a Service by its label, and a port by its name; either may be off. */
function sliceDiagnosis(name: string, { backend, port }: WithoutEndpoint, known: Known): WithFinding {
  const objects = known.meaning?.model.objects;
  const service = objects?.Service.get(`${backend.namespace}/${backend.name}`);
  const slices = [...objects?.EndpointSlice.values() ?? []].filter(({ ref, object }) => ref.namespace === backend.namespace && object.metadata.labels?.['kubernetes.io/service-name'] === backend.name);
  const place = placeOf(known, backend, ['spec', 'selector']);
  if (slices.length === 0) return { cause: `${name} has no endpoint: no EndpointSlice has the label kubernetes.io/service-name: ${backend.name}.`, mend: 'Start Pods that its selector matches, or add an EndpointSlice with that label.', ...place };
  const wanted = service?.object.spec.ports?.find((it) => it.port === port)?.name ?? '';
  return portNameDiagnosis(name, wanted, slices) ?? { cause: `${name} has no endpoint: ${slices.map(({ ref }) => describeRef(ref)).join(', ')} lists none.`, mend: 'Start Pods that the selector of the Service matches.', ...place };
}

/** The port of the Service has a name (or none) that no port of the slices has. */
function portNameDiagnosis(name: string, wanted: string, slices: readonly Modeled<EndpointSlice>[]): WithFinding | undefined {
  const names = slices.flatMap(({ object }) => (object.ports ?? []).map((it) => it.name ?? ''));
  const [slice] = slices;
  if (slice === undefined || names.includes(wanted)) return undefined;
  const shown = (it: string): string => (it === '' ? 'no name' : `name ${it}`);
  const position = slice.source.locate(['ports']);
  return {
    cause: `${name} has no endpoint: its port has ${shown(wanted)}, and the ports of ${describeRef(slice.ref)} have ${[...new Set(names)].map(shown).join(', ') || 'no entry'}.`,
    mend: `Give the port of the EndpointSlice ${wanted === '' ? 'no name' : `the name ${wanted}`}, as the Service has it.`,
    changes: [setField(slice, ['ports', 0, 'name'], wanted === '' ? undefined : wanted)], ...(position === undefined ? {} : { place: formatPosition(position) }),
  };
}

/** A BackendTLSPolicy (or XBackend) whose settings can't be used closes its backend. */
function tlsDiagnosis(key: string, known: Known): WithFinding {
  const backend = known.ir.backends[key];
  const name = backendName(key, backend);
  const policies = known.meaning?.graph.backendPolicies ?? [];
  const policy = backend === undefined ? undefined : policies.find((it) => it.policy.object.spec.targetRefs.some((target) => target.name === backend.origin.name && it.ref.namespace === backend.origin.namespace));
  const finding = policy === undefined ? undefined : findingsAbout(known, policy.ref)[0];
  if (finding !== undefined) return diagnosisOf(finding);
  const own = backend === undefined ? undefined : findingsAbout(known, backend.origin)[0];
  if (own !== undefined) return diagnosisOf(own);
  return { cause: `${name} is to be reached over TLS, and its settings can't be used.`, mend: 'Look at the BackendTLSPolicy: without an authority that vouches for the backend nothing is sent.' };
}

/** Why a rule answers itself. */
export function ruleDiagnosis(rule: Origin, code: string, known: Known): WithFinding {
  const path = ['spec', 'rules', rule.rule ?? 0];
  const finding = findingsAbout(known, rule, path).find((it) => it.path?.[3] !== 'backendRefs' || code === 'filter-not-resolved' || code === 'rule-not-carried') ?? findingsAbout(known, rule, path)[0];
  if (finding !== undefined) return diagnosisOf(finding);
  const words = ownWords[code];
  const place = placeOf(known, rule, path);
  return words === undefined ? { cause: `${ruleName(rule)} answers ${code}.`, mend: 'docs/errors.md says what the cause means.', ...place } : { cause: `${ruleName(rule)} ${words[0]}`, mend: words[1], ...(code === 'no-weight' ? { changes: weightChanges(rule, known) } : {}), ...place };
}

const ownWords: Readonly<Record<string, readonly [cause: string, mend: string]>> = {
  'no-backends': ['has neither backendRefs nor a redirect.', 'Add a backendRef to the rule.'],
  'no-weight': ['has only backendRefs of weight 0.', 'Give one of them a weight above 0.'],
  'rule-not-carried': ['asks for something that this data plane does not carry.', 'postern lint names the field.'],
  'filter-not-resolved': ['has a filter that refers to nothing.', 'Mend the reference of the filter.'],
};

