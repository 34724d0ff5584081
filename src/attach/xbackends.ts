import type { XBackend } from '../api/index.ts';
import { refKey } from '../contract/index.ts';
import type { Modeled } from '../model/index.ts';
import { judgeValidation } from './backend-tls.ts';
import { resolveClientCertificate, type CertificateContext } from './certificates.ts';
import type { BackendTls, XBackendNode } from './graph.ts';
import { persistenceNode, persistenceProblem } from './persistence.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

/** XBackends, judged (GEP-4894). */
export interface XBackends {
  readonly nodes: readonly XBackendNode[];
  /** By `namespace/name`. */
  find(key: string): XBackendNode | undefined;
}

/** Judges each XBackend alone: can it be reached as it asks, and with what? */
export function judgeXBackends(context: CertificateContext): XBackends {
  const carried = context.settings.capabilities.objectKinds?.has('XBackend') === true;
  const nodes = new Map(carried ? [...context.model.objects.XBackend].map(([key, backend]) => [key, judge(backend, context)]) : []);
  return { nodes: [...nodes.values()], find: (key) => nodes.get(key) };
}

const resolved = accept('ResolvedRefs', 'All references of the backend resolve.');

function judge(backend: Modeled<XBackend>, context: CertificateContext): XBackendNode {
  const { spec } = backend.object;
  const base = { backend, ref: backend.ref };
  const problem = destinationProblem(spec) ?? sessionProblem(spec);
  if (problem !== undefined) return { ...base, accepted: problem, resolvedRefs: resolved, isUnusable: true };
  const { tls, problem: insecure, resolvedRefs } = judgeTls(backend, context);
  return {
    ...base, resolvedRefs, isUnusable: false,
    accepted: insecure ?? accept('Accepted', 'The backend is valid.'),
    ...(insecure === undefined ? tls === undefined ? {} : { tls } : { tls: 'refused' }),
    ...(spec.sessionPersistence === undefined ? {} : { persistence: persistenceNode(spec.sessionPersistence, refKey(backend.ref)) }),
  };
}

/** What the CRD's patterns let through and the field forbids: IP addresses, also in the forms that resolvers take for one. */
function destinationProblem({ externalHostname, port }: XBackend['spec']): Verdict | undefined {
  const hostname = externalHostname?.hostname ?? '';
  const path = ['spec', 'externalHostname', 'hostname'];
  if (/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(hostname)) return refuse('Invalid', `externalHostname.hostname: ${hostname} is an IP address; give a name.`, path);
  if (/(?:^|\.)cluster\.local$/.test(hostname)) return refuse('Invalid', `externalHostname.hostname: ${hostname} is inside the cluster; use type EndpointSelector.`, path);
  return port.number === undefined ? refuse('Invalid', 'port.number is missing.', ['spec', 'port']) : undefined;
}

function sessionProblem({ sessionPersistence }: XBackend['spec']): Verdict | undefined {
  const problem = sessionPersistence === undefined ? undefined : persistenceProblem(sessionPersistence);
  return problem === undefined ? undefined : refuse('Invalid', problem.message, ['spec', 'sessionPersistence', ...problem.path ?? []]);
}

interface JudgedTls {
  readonly resolvedRefs: Verdict;
  readonly problem?: Verdict;
  readonly tls?: BackendTls;
}

/** The mode says what is shown: with ServerOnly nothing, although the Gateway may have a certificate for backends. */
function judgeTls(backend: Modeled<XBackend>, context: CertificateContext): JudgedTls {
  const { mode, validation, clientCertificateRef } = backend.object.spec.tls;
  if (mode === 'None' || validation === undefined) return { resolvedRefs: resolved };
  const { resolvedRefs: authorities, problem, tls } = judgeValidation(backend.ref, validation, context, ['spec', 'tls', 'validation']);
  const resolvedRefs = authorities.ok ? resolved : authorities;
  if (tls === undefined || clientCertificateRef === undefined) {
    return { resolvedRefs, ...(problem === undefined ? {} : { problem }), ...(tls === undefined ? {} : { tls: { ...tls, certificate: 'none' } }) };
  }
  const shown = resolveClientCertificate(backend.ref, clientCertificateRef, context, ['spec', 'tls', 'clientCertificateRef']);
  if (shown.clientCertificate !== undefined) return { resolvedRefs, tls: { ...tls, certificate: shown.clientCertificate } };
  return {
    resolvedRefs: shown.clientCertificateRef,
    problem: refuse('Invalid', `No certificate to show to the backend, so requests to it fail: ${shown.clientCertificateRef.message}`, ['spec', 'tls', 'clientCertificateRef']),
  };
}
