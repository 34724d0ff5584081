import type { Gateway, ListenerSet } from '../api/index.ts';
import { describeRef, type FieldPath, type Finding, type FindingCode } from '../contract/index.ts';
import type { Modeled } from '../model/index.ts';
import type { BackendNode, BackendTlsPolicyNode, Graph, ListenerNode, ListenerSetNode, GatewayNode, RouteNode, TelemetryPolicyNode, TrafficPolicyNode, XBackendNode } from './graph.ts';
import { isOurOption } from './tls-options.ts';
import { refuse, type Verdict } from './verdict.ts';

/** What is refused of classes, Gateways and ListenerSets, as messages with their place in the files: what lint prints and serve warns of. */
export function parentFindings({ classes, gateways, listenerSets }: Pick<Graph, 'classes' | 'gateways' | 'listenerSets'>): Finding[] {
  return [
    ...[...classes.values()].flatMap((it) => refusal('not-accepted', it.class, it.accepted, ['spec', 'parametersRef'])),
    ...[...gateways.values()].flatMap(gatewayFindings),
    ...[...listenerSets.values()].flatMap(setFindings),
  ];
}

/** As `parentFindings`, of policies and XBackends. */
export function policiesFindings(graph: Pick<Graph, 'backendPolicies' | 'telemetryPolicies' | 'xbackends' | 'trafficPolicies'>): Finding[] {
  return [
    ...graph.backendPolicies.flatMap(policyFindings),
    ...graph.telemetryPolicies.flatMap(telemetryFindings),
    ...graph.xbackends.flatMap(xbackendFindings),
    ...graph.trafficPolicies.flatMap(trafficFindings),
  ];
}

/** Of a backend that no Gateway leads to nothing is said: it has no meaning yet. */
function xbackendFindings({ backend, accepted, resolvedRefs, ancestors = [] }: XBackendNode): Finding[] {
  return ancestors.length === 0 ? [] : [...refusal('not-accepted', backend, accepted, []), ...refusal('refs-not-resolved', backend, resolvedRefs, [])];
}

function trafficFindings({ policy, accepted, missing }: TrafficPolicyNode): Finding[] {
  return [...refusal('not-accepted', policy, accepted, []), ...missing.flatMap(({ verdict }) => refusal('not-accepted', policy, verdict, []))];
}

/** Of Service ports that rules forward to and that have no endpoint to send requests to. */
export function endpointFindings(dangling: Iterable<BackendNode>, graph: Graph): Finding[] {
  return [...dangling].map((it) => ({
    code: 'dangling-target',
    severity: 'warning',
    message: `${it.service.kind} ${it.service.namespace}/${it.service.name} port ${it.port} has no ready endpoint; ${withoutEndpoint(it, graph)}.`,
    hint: `Map it with --backend ${it.service.namespace}/${it.service.name}:${it.port}=HOST:PORT, ${it.service.kind === 'XBackend' ? 'add Pods that have an address' : 'add an EndpointSlice'}, or use --demo with a Deployment that it selects.`,
    object: it.service,
  }));
}

/** Of a policy without ancestors nothing is said but of targets that mean nothing: it has no meaning yet. */
function policyFindings({ policy, accepted, resolvedRefs, missing = [], ancestors = [] }: BackendTlsPolicyNode): Finding[] {
  const targets = missing.flatMap((it) => refusal('not-accepted', policy, it, []));
  if (ancestors.length === 0) return targets;
  return [...targets, ...(missing.includes(accepted) ? [] : refusal('not-accepted', policy, accepted, [])), ...refusal('refs-not-resolved', policy, resolvedRefs, [])];
}

/** Attributes that are left out are no reason to refuse the others, so their finding is a warning. */
function telemetryFindings({ policy, targets, resolvedRefs, unknownAttributes }: TelemetryPolicyNode): Finding[] {
  const attributes = policy.object.spec.tracing?.attributes ?? [];
  return [
    ...targets.flatMap((it) => refusal('not-accepted', policy, it.accepted, [])),
    ...(targets.length === 0 ? [] : refusal('refs-not-resolved', policy, resolvedRefs, [])),
    ...attributes.flatMap(({ name, attributeKey = '' }, index) => (!unknownAttributes.includes(name) ? [] : refusal('not-carried', policy, {
      ok: false, reason: 'UnsupportedValue', message: `attribute ${name}: ${attributeKey} is not an attribute that spans of the Gateway API can have; it is left out.`,
    }, ['spec', 'tracing', 'attributes', index, 'attributeKey']))),
  ];
}

function withoutEndpoint({ key, protocol }: BackendNode, { telemetryPolicies }: Graph): string {
  if (telemetryPolicies.some(({ collector }) => collector === key)) return 'the spans for it are dropped';
  switch (protocol) {
    case 'tcp': return 'its connections are closed';
    case 'udp': return 'its datagrams are dropped';
    default: return 'its requests get 503';
  }
}

function gatewayFindings({ gateway, accepted, listeners, addresses, clientCertificateRef }: GatewayNode): Finding[] {
  const own = listeners.filter((it) => it.owner.kind === 'Gateway');
  const whole = accepted.reason === 'ListenersNotValid' ? [] : refusal('not-accepted', gateway, accepted, ['spec']);
  const scopes = addresses.flatMap(({ problem }, index) => (problem === undefined ? [] : refusal('not-carried', gateway, problem, [], `addresses[${index}]: `)));
  const open = listeners.flatMap(({ name, owner, uncheckedClients }) => (uncheckedClients === undefined ? [] : refusal('not-carried', gateway, uncheckedClients, [], `listener ${name}${owner.kind === 'Gateway' ? '' : ` of ${describeRef(owner)}`}: `)));
  return [...whole, ...scopes, ...open, ...own.flatMap((it) => listenerFindings(gateway, it)), ...(clientCertificateRef === undefined ? [] : refusal('refs-not-resolved', gateway, clientCertificateRef, []))];
}

function setFindings({ set, accepted, listeners }: ListenerSetNode): Finding[] {
  const whole = accepted.reason === 'ListenersNotValid' ? [] : refusal('not-accepted', set, accepted, ['spec', 'parentRef']);
  return [...whole, ...listeners.flatMap((it) => listenerFindings(set, it))];
}

/** Options are words of single implementations: manifests that were written for others are served without them. */
function listenerFindings(owner: Modeled<Gateway | ListenerSet>, listener: ListenerNode): Finding[] {
  const path = ['spec', 'listeners', listener.index];
  const code: FindingCode = listener.conflicted.ok ? 'conflicted' : 'not-accepted';
  const options = Object.keys(owner.object.spec.listeners[listener.index]?.tls?.options ?? {}).filter((it) => !isOurOption(it));
  return [
    ...options.flatMap((it) => refusal('not-carried', owner, refuse('UnsupportedValue', `Postern has no option ${it}; it has no effect.`), [...path, 'tls', 'options', it], `listener ${listener.name}: `)),
    ...refusal(code, owner, listener.accepted, path, `listener ${listener.name}: `),
    ...refusal('refs-not-resolved', owner, listener.resolvedRefs, path, `listener ${listener.name}: `),
  ];
}

/** As `parentFindings`, of a route. */
export function routeFindings({ route, parents, rules }: RouteNode): Finding[] {
  const findings = parents.flatMap((it) => refusal('not-accepted', route, it.accepted, ['spec', 'parentRefs', it.index]));
  for (const rule of rules) {
    const path = ['spec', 'rules', rule.index];
    if (rule.invalid !== undefined) findings.push(...refusal('not-carried', route, rule.invalid, path, `rules[${rule.index}]: `));
    if (rule.unresolved !== undefined) findings.push(...refusal('refs-not-resolved', route, rule.unresolved, path, `rules[${rule.index}]: `));
    for (const { of, index, problem } of rule.mirrors ?? []) {
      const at = of === undefined ? ['filters', index] : ['backendRefs', of, 'filters', index];
      if (problem !== undefined) findings.push(...refusal('refs-not-resolved', route, problem, [...path, ...at, 'requestMirror', 'backendRef'], `rules[${rule.index}]: filter RequestMirror copies nothing: `));
    }
    for (const { index, problem } of rule.backends) {
      if (problem !== undefined) findings.push(...refusal('refs-not-resolved', route, problem, [...path, 'backendRefs', index], `rules[${rule.index}].backendRefs[${index}]: `));
    }
  }
  return findings;
}

/** What a person can do about a reason. */
const hints: Record<string, string> = {
  BackendNotFound: 'Requests for this backend get 500 until the reference is mended.',
  RefNotPermitted: 'The owner of that namespace can allow it with a ReferenceGrant.',
  InvalidCertificateRef: 'Handshakes fail until tls.certificateRefs names a Secret of type kubernetes.io/tls with tls.crt and tls.key.',
  InvalidListenerFilterRef: 'Every request to the listener gets 500 until the reference is mended.',
  NoMatchingParent: 'Name a listener that exists, or leave sectionName and port out to attach to all.',
  NotAllowedByListeners: 'Widen allowedRoutes of the listener, or name a listener that has such routes.',
  NoMatchingListenerHostname: "Use a hostname that the listener's hostname covers, or widen the listener.",
  HostnameConflict: 'Give the listeners different hostnames or ports.',
  ProtocolConflict: 'Give the listeners different ports.',
};

/** What differs for kinds that forward no requests. */
const hintsByKind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  TCPRoute: { BackendNotFound: 'Connections for this backend are closed until the reference is mended.' },
  TLSRoute: { BackendNotFound: 'Connections for this backend are closed until the reference is mended.' },
  UDPRoute: { BackendNotFound: 'Datagrams for this backend are dropped until the reference is mended.' },
  BackendTLSPolicy: { TargetNotFound: 'What it was meant for is reached in plain text until the target is mended.' },
  XTelemetryPolicy: { BackendNotFound: 'Requests are not traced until the reference is mended.', UnsupportedValue: 'Keys are those of GEP-5253, such as http.request.method or http.request.header.x-tenant.' },
};

// oxlint-disable-next-line max-params -- code, object, verdict and path are all needed for one finding.
function refusal(code: FindingCode, modeled: Modeled<unknown>, verdict: Verdict, path: FieldPath, prefix = ''): Finding[] {
  if (verdict.ok) return [];
  const field = [...path, ...(verdict.path ?? [])];
  const position = modeled.source.locate(field);
  const excerpt = position === undefined ? undefined : modeled.source.excerpt(position);
  const hint = verdict.hint ?? hintsByKind[modeled.ref.kind]?.[verdict.reason] ?? hints[verdict.reason];
  return [{
    code,
    severity: code === 'not-carried' ? 'warning' : 'error',
    message: `${modeled.ref.kind} ${modeled.key}: ${prefix}${verdict.message}`,
    object: modeled.ref,
    path: field,
    ...(hint === undefined ? {} : { hint }),
    ...(position === undefined ? {} : { position }),
    ...(excerpt === undefined ? {} : { excerpt }),
  }];
}
