import type { BackendTLSPolicy, Service } from '../api/index.ts';
import type { FieldPath, ObjectRef } from '../contract/index.ts';
import type { Modeled } from '../model/index.ts';
import { compareAge } from './age.ts';
import { resolveAuthorities } from './ca-certificates.ts';
import type { CertificateContext } from './certificates.ts';
import type { BackendTls, BackendTlsPolicyNode } from './graph.ts';
import { isOurOption, readTlsOptions } from './tls-options.ts';
import { datagramPorts, slotOf, slotsLeftOut, slotsMeant, targetProblem } from './tls-targets.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

type Policy = Modeled<BackendTLSPolicy>;
/** The policies of backends, judged, and which one counts for a Service port. */
export interface BackendTlsPolicies {
  /** By age. */
  readonly nodes: readonly BackendTlsPolicyNode[];
  /** What is asked of a port of a Service: by a policy that names the port by its name, else by one for the whole Service. */
  find(service: Modeled<Service>, portName: string | undefined): TlsInForce | undefined;
}

export interface TlsInForce {
  readonly policy: string;
  readonly tls: BackendTls | 'refused';
}

/**
 * Judges every BackendTLSPolicy (spec: BackendTLSPolicySpec). For each target the oldest counts, then the first by name, also where it
 * can't be used: then connections fail, because a younger policy is no substitute for what the owner asked for first. Where there is only one
 * whose document was rejected, or that names the port in a wrong way, connections fail too: plain text is not what its owner wanted.
 */
export function judgePolicies(context: CertificateContext): BackendTlsPolicies {
  const inForce = new Map<string, Policy>();
  const nodes = new Map<Policy, BackendTlsPolicyNode>();
  const refused = slotsLeftOut(context.model.leftOut);
  for (const policy of [...context.model.objects.BackendTLSPolicy.values()].sort(compareAge)) {
    const { targetRefs } = policy.object.spec;
    const missing = targetRefs.flatMap((target, index) => targetProblem(policy.ref.namespace, target, index, context.model) ?? []);
    const targets = targetRefs.map((it) => slotOf(policy.ref.namespace, it));
    const rival = targets.map((it) => inForce.get(it)).find((it) => it !== undefined);
    const free = targets.filter((it) => !inForce.has(it));
    for (const slot of free) inForce.set(slot, policy);
    for (const slot of targetRefs.flatMap((it) => slotsMeant(policy.ref.namespace, it, context.model))) refused.set(slot, policy.key);
    const node = judge(policy, rival !== undefined && free.length === 0 ? rival : undefined, context);
    const isNowhere = missing.length === targetRefs.length && node.accepted.ok;
    nodes.set(policy, missing.length === 0 ? node : { ...node, missing, accepted: isNowhere ? missing[0]! : node.accepted });
  }
  return {
    nodes: [...nodes.values()],
    find: ({ ref }, portName) => {
      const ofService = { group: '', kind: 'Service', name: ref.name };
      const slots = [...(portName === undefined || portName === '' ? [] : [slotOf(ref.namespace, { ...ofService, sectionName: portName })]), slotOf(ref.namespace, ofService)];
      const policy = slots.map((it) => inForce.get(it)).find((it) => it !== undefined);
      if (policy !== undefined) return { policy: policy.key, tls: nodes.get(policy)?.tls ?? 'refused' };
      const other = slots.map((it) => refused.get(it)).find((it) => it !== undefined);
      return other === undefined ? undefined : { policy: other, tls: 'refused' };
    },
  };
}

function judge(policy: Policy, rival: Policy | undefined, context: CertificateContext): BackendTlsPolicyNode {
  const { validation, options } = policy.object.spec;
  const { resolvedRefs, problem, tls } = judgeValidation(policy.ref, validation, context, ['spec', 'validation']);
  const option = Object.keys(options ?? {}).find((it) => !isOurOption(it));
  const read = readTlsOptions(options, { alpn: 'appProtocol of the Service says what is spoken to its endpoints.' });
  const base = { policy, ref: policy.ref, resolvedRefs };
  if (rival !== undefined) return { ...base, accepted: refuse('Conflicted', `BackendTLSPolicy ${rival.key} has the same target and goes before this one.`, ['spec', 'targetRefs']) };
  if (option !== undefined) return { ...base, accepted: refuse('Invalid', `options: Postern has no option ${option}.`, ['spec', 'options']) };
  if (read.problem !== undefined) return { ...base, accepted: refuse('Invalid', read.problem.message, ['spec', ...read.problem.path]) };
  if (tls === undefined) return { ...base, accepted: problem ?? resolvedRefs };
  return { ...base, accepted: accept('Accepted', `The policy is in force.${withoutTls(policy, context)}`), tls: read.terms === undefined ? tls : { ...tls, terms: read.terms } };
}

/** What a policy for whole Services leaves as it is (GEP-1897 wants it said here). */
function withoutTls({ ref, object: { spec: { targetRefs } } }: Policy, { model }: CertificateContext): string {
  const ports = targetRefs.flatMap((target) => datagramPorts(ref.namespace, target, model).map((port) => `${port} of ${target.name}`));
  return ports.length === 0 ? '' : ` It is for TCP alone: datagrams go as they are to UDP port ${ports.join(', ')}.`;
}

export interface JudgedValidation {
  readonly resolvedRefs: Verdict;
  /** Why backends can't be checked; else `tls` is present. */
  readonly problem?: Verdict;
  readonly tls?: BackendTls;
}

type Validation = BackendTLSPolicy['spec']['validation'];

/** How backends are checked (spec: BackendTLSPolicyValidation). Of several authorities those that can be used are enough. */
export function judgeValidation(owner: ObjectRef, validation: Validation, context: CertificateContext, path: FieldPath): JudgedValidation { // oxlint-disable-line max-params -- whose, what, where from, and where it is written.
  const { bundles, resolvedRefs } = resolveAuthorities(owner, validation.caCertificateRefs ?? [], context, { unknownKind: 'InvalidKind', path });
  const wellKnown = validation.wellKnownCACertificates;
  if (wellKnown !== undefined && wellKnown !== '' && wellKnown !== 'System') {
    return { resolvedRefs, problem: refuse('Invalid', `validation.wellKnownCACertificates: ${wellKnown} is not known; use System.`, [...path, 'wellKnownCACertificates']) };
  }
  if (bundles.length === 0 && wellKnown !== 'System') {
    return { resolvedRefs, problem: refuse('NoValidCACertificate', `No certificate authority to check backends with, so requests to them fail: ${resolvedRefs.message}`, [...path]) };
  }
  return { resolvedRefs, tls: tlsOf(validation, bundles) };
}

function tlsOf({ hostname, subjectAltNames = [] }: Validation, bundles: readonly string[]): BackendTls {
  return {
    serverName: hostname,
    authorities: bundles.length === 0 ? 'system' : bundles,
    names: subjectAltNames.map(({ type, hostname: name, uri }) => (type === 'URI' ? { kind: 'uri', value: uri ?? '' } : { kind: 'dns', value: (name ?? '').toLowerCase() })),
  };
}
