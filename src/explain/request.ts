import { describeRef } from '../contract/index.ts';
import type { Outcome, Rehearsal } from '../ir/index.ts';
import { type Asked, askedText } from './asked.ts';
import type { Case } from './case.ts';
import { casesOf, protocolOf } from './cases-of.ts';
import { diagnose } from './diagnosis.ts';
import { stepLines, type StepLine } from './filter-words.ts';
import { type DataPlane, type Diagnosis, type Known, nothingToMend, placeOf, plain, type WithFinding } from './known.ts';
import { withTriedMend } from './mend/tried.ts';
import { ruleName } from './names.ts';
import { type Decision, decisionBetween } from './precedence-words.ts';
import { circleOf } from './redirects.ts';
import { ruleLines, type RuleLine } from './rule-lines.ts';
import { targetLines, type TargetLine } from './target-lines.ts';
import { unopenedAt, unserved } from './unserved.ts';

/** Why a request gets its answer. */
export interface RequestExplanation {
  readonly asked: string;
  /** What the client gets, in words. */
  readonly answer: string;
  /** Absent where a backend decides, or where there is no answer. */
  readonly status?: number;
  /** A cause of docs/errors.md, or why the connection ends. */
  readonly code?: string;
  readonly cause: string;
  readonly mend: string;
  /** `file:line:column` of what is to be mended. */
  readonly place?: string;
  readonly gateway?: string;
  readonly listener?: string;
  /** `address:port` where it is bound. */
  readonly socket?: string;
  readonly certificate?: string;
  /** What is true beside the answer, and may surprise. */
  readonly warnings: readonly string[];
  /** In order of precedence. */
  readonly rules: readonly RuleLine[];
  readonly decision?: Decision;
  /** Headers of an answer that Postern makes. */
  readonly answerHeaders?: readonly string[];
  /** Filters of a rule that answers itself. */
  readonly steps: readonly StepLine[];
  readonly targets: readonly TargetLine[];
}

/** Asks every Gateway that the request could mean, and explains the one that serves it best; the others are mentioned. */
export function explainRequest(asked: Asked, known: Known, plane: DataPlane): RequestExplanation {
  const cases = casesOf(asked, known, plane);
  const [best] = cases;
  if (best === undefined) return refused(asked, plain(tried(unserved(asked, known), asked, known, plane)));
  const unopened = unopenedAt(best.place, known);
  if (unopened !== undefined) return { ...refused(asked, unopened), gateway: `${best.place.gateway.namespace}/${best.place.gateway.name}`, socket: best.place.socket };
  const others = cases.slice(1).map(({ place }) => describeRef(place.gateway));
  const elsewhere = others.length === 0 ? [] : [`${others.join(', ')} also ${others.length === 1 ? 'listens' : 'listen'} on port ${asked.port}; DNS decides which Gateway a client reaches (--gateway asks one of them)`];
  return explained(best, elsewhere, known, plane);
}

function refused(asked: Asked, diagnosis: Diagnosis): RequestExplanation {
  return { asked: askedText(asked), answer: 'connection refused: nothing listens there', code: 'no-socket', ...diagnosis, warnings: [], rules: [], steps: [], targets: [] };
}

/** Looks for a change after which the request has nothing to mend. */
function tried(diagnosis: WithFinding, asked: Asked, known: Known, plane: DataPlane): WithFinding { // oxlint-disable-line max-params -- what is mended, and for whom.
  return withTriedMend(diagnosis, known, (next) => {
    const [best] = casesOf(asked, next, plane);
    return best !== undefined && diagnose(best, next, plane).mend === nothingToMend;
  });
}

// oxlint-disable-next-line max-params -- what was found, and what it is made from.
function explained(it: Case, elsewhere: readonly string[], known: Known, plane: DataPlane): RequestExplanation {
  const { asked, place, rehearsal } = it;
  const { outcome, candidates, route, request } = rehearsal;
  const met = candidates.filter(({ mismatch }) => mismatch === undefined);
  const decision = route !== undefined && met[1] !== undefined && request !== undefined ? decisionBetween(known, met[0]!, met[1]) : undefined;
  const diagnosis = circleDiagnosis(it, known, plane) ?? (outcome.kind === 'closed' && outcome.cause === 'wrong-scheme' ? wrongScheme(it, known) : diagnose(it, known, plane));
  const targets = outcome.kind === 'forward' ? targetLines(outcome.targets, known, request) : [];
  return {
    asked: askedText(asked), ...answerOf(outcome, targets), ...withDecision(plain(tried(diagnosis, asked, known, plane)), decision),
    gateway: `${place.gateway.namespace}/${place.gateway.name}`, ...listenerFacts(rehearsal, known),
    warnings: [...elsewhere, ...reportWarnings(it, known), ...assumedWarning(outcome, known), ...handshakeWarning(rehearsal), ...grpcWarning(rehearsal)],
    rules: ruleLines(rehearsal, known), ...(decision === undefined ? {} : { decision }),
    ...(outcome.kind === 'answer' && outcome.headers.length > 0 ? { answerHeaders: outcome.headers.map(({ name, value }) => `${name}: ${value}`) } : {}),
    steps: outcome.kind === 'answer' && request !== undefined ? stepLines(outcome.steps ?? [], request, known.ir) : [], targets,
  };
}

function circleDiagnosis({ asked, rehearsal: { outcome, route } }: Case, known: Known, plane: DataPlane): WithFinding | undefined {
  const rule = route === undefined ? undefined : known.ir.routes[route]?.origin;
  const circle = outcome.kind === 'answer' && rule !== undefined ? circleOf(asked, (next) => casesOf(next, known, plane, 'outcome')[0]?.rehearsal.outcome) : undefined;
  if (circle === undefined || rule === undefined) return undefined;
  const urls = circle.map((it) => it.replace(/^\S+ /, ''));
  return {
    cause: `${ruleName(rule)} redirects in a circle: ${[...urls, urls[0]].join(' → ')}.`,
    mend: 'Attach the redirect to the listener that is left alone (sectionName in parentRefs), or change what it redirects to.', ...placeOf(known, rule, ['spec', 'rules', rule.rule ?? 0, 'filters']),
  };
}

function wrongScheme({ asked, place }: Case, known: Known): Diagnosis {
  const speaks = protocolOf(place);
  const isTlsMissing = speaks === 'http' && asked.port % 1000 === 443;
  return { cause: `port ${asked.port} of ${describeRef(place.gateway)} speaks ${speaks.toUpperCase()}, and the request comes over ${asked.scheme.toUpperCase()}.`, mend: `${isTlsMissing ? 'Set protocol of the listener to HTTPS and name a certificate in its tls.certificateRefs, or ask' : 'Ask'} ${speaks}://${asked.host}:${asked.port}.`, ...(isTlsMissing ? placeOf(known, place.gateway, ['spec', 'listeners']) : {}) };
}

function listenerFacts({ socket, listener, handshake }: Rehearsal, { ir }: Known): Pick<RequestExplanation, 'listener' | 'socket' | 'certificate'> {
  const found = listener === undefined ? undefined : ir.listeners[listener] ?? ir.streamListeners?.[listener];
  const certificate = handshake?.certificate === undefined ? undefined : ir.certificates[handshake.certificate];
  return {
    socket,
    ...(found === undefined ? {} : { listener: `${found.origin.section ?? ''} (${found.protocol}, port ${found.port}, ${found.hostname === '' ? 'every host' : `hostname ${found.hostname}`})` }),
    ...(certificate === undefined ? {} : { certificate: `${describeRef(certificate.origin)} for ${certificate.names.join(', ') || 'no name'}` }),
  };
}

function answerOf(outcome: Outcome, targets: readonly TargetLine[]): Pick<RequestExplanation, 'answer' | 'status' | 'code'> {
  switch (outcome.kind) {
    case 'closed': return { answer: closedText[outcome.cause] ?? `the connection is closed (${outcome.cause})`, code: outcome.cause };
    case 'answer': {
      const location = outcome.headers.find(({ name }) => name === 'location')?.value;
      const words = outcome.cause === undefined ? location === undefined ? '' : ` to ${location}` : ` ${outcome.cause}: ${outcome.text}`;
      return { answer: `${outcome.status}${words}`, status: outcome.status, ...(outcome.cause === undefined ? {} : { code: outcome.cause }) };
    }
    case 'forward': return forwardAnswer(targets);
  }
}

/** Where all targets answer alike, that is the answer. */
function forwardAnswer(targets: readonly TargetLine[]): Pick<RequestExplanation, 'answer' | 'status' | 'code'> {
  const shares = targets.filter(({ weight }) => weight > 0);
  const words = new Set(shares.map(({ instead }) => instead));
  const [only] = words;
  if (words.size === 1 && only !== undefined) {
    const [status = '', code = ''] = only.split(' ');
    return { answer: only, ...(/^\d+$/.test(status) ? { status: Number(status) } : {}), ...(code === '' ? {} : { code }) };
  }
  if (shares.length === 1) return { answer: `goes to ${shares[0]!.backend}` };
  return { answer: shares.map(({ percent, backend, instead }) => `${percent}% ${instead === undefined ? `to ${backend}` : `get ${instead}`}`).join(', ') };
}

const closedText: Readonly<Record<string, string>> = {
  'no-certificate': 'the TLS handshake fails: there is no certificate for the server name',
  'client-certificate-missing': 'the TLS handshake fails: the client must show a certificate',
  'client-certificate-refused': 'the TLS handshake fails: the certificate of the client is refused',
  'no-listener': 'the connection is closed: no listener has the server name',
  'no-route': 'the connection is closed: no route is attached for it',
  'wrong-scheme': 'the connection fails: client and listener speak different protocols',
};

/** Where all is well, whoever asks may have expected the rule that came second. */
function withDecision(diagnosis: Diagnosis, decision: Decision | undefined): Diagnosis {
  if (decision === undefined || diagnosis.mend !== nothingToMend) return diagnosis;
  const cause = `${diagnosis.cause} It goes before ${decision.against}, which would take it too, because ${decision.words}.`;
  return decision.isArbitrary ? { ...diagnosis, cause, mend: 'Delete one of the two rules, or tell their matches apart: nothing that they say decides between them.' } : { ...diagnosis, cause };
}

function assumedWarning(outcome: Outcome, { assumed }: Known): string[] {
  const unknown = outcome.kind === 'forward' && outcome.targets.some(({ backend }) => backend !== undefined && assumed.has(backend));
  return unknown ? ['no endpoints are in the files, so backends are taken as ready'] : [];
}

function handshakeWarning({ handshake }: Rehearsal): string[] {
  return handshake?.asksClient === 'request' ? ['clients are asked for a certificate, and let in without'] : [];
}

function grpcWarning({ request, outcome }: Rehearsal): string[] {
  const isGrpc = request?.headers.some(({ name, value }) => name === 'content-type' && value.startsWith('application/grpc')) === true;
  return isGrpc && outcome.kind !== 'closed' && (outcome.kind === 'answer' || outcome.targets.some(({ answer }) => answer !== undefined)) ? ['a client of gRPC gets such an answer as status 200 with grpc-status and grpc-message'] : [];
}

/** What is wrong with the data plane beside the request. */
function reportWarnings({ place: { gateway }, rehearsal: { listener = '' } }: Case, { report }: Known): string[] {
  const state = report?.listeners[listener];
  const { problem, but, waiting } = report?.gateways?.[`${gateway.namespace}/${gateway.name}`] ?? {};
  return [state?.state === 'serving' ? state.but : undefined, problem, but, waiting === undefined ? undefined : `not all data planes have this configuration yet: ${waiting}`].filter((it) => it !== undefined);
}
