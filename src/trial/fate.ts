import { describeRef, type ObjectRef, type Origin } from '../contract/index.ts';
import { type Asked, backendPort, casesOf, type Case, type DataPlane, gatewayOf, type Known, originOf } from '../explain/index.ts';
import type { AnswerEdit, BackendKey, FilterStep, HeaderValue, Ir, Outcome, Rehearsal, RequestLook, TargetOutcome } from '../ir/index.ts';

/** A backend as people name it. */
export interface BackendName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent for kinds that have one port only. */
  readonly port?: string;
}

/** What becomes of a request, in the names of the manifests. */
export interface Fate {
  readonly gateway?: ObjectRef;
  readonly listener?: Origin;
  readonly certificate?: Origin;
  /** The match that takes it. */
  readonly route?: Origin;
  /** Absent where backends answer, and where nobody does. */
  readonly status?: number;
  /** A cause of docs/errors.md, or why there is no answer; absent where all is as it was asked for. */
  readonly cause?: string;
  /** Of an answer that is not a backend's; names in lower case. */
  readonly headers: readonly HeaderValue[];
  /** Where requests are spread over; empty where one answer is for all. */
  readonly shares: readonly Share[];
  /** Backends that get a copy of some of the requests. */
  readonly mirrors: readonly BackendName[];
}

/** A part of the requests. */
export interface Share {
  /** 0 to 100. */
  readonly percent: number;
  /** Absent where the reference does not resolve. */
  readonly backend?: BackendName;
  /** What is answered in place of the backend; without a status the connection is closed. */
  readonly instead?: { readonly status?: number; readonly cause?: string };
  /** The request as the backend gets it; absent for connections and where it gets none. */
  readonly sent?: RequestLook;
  /** What becomes of the headers of its answer. */
  readonly answered?: AnswerEdit;
}

/** A fate with what it was read from. */
export interface Judged {
  readonly fate: Fate;
  /** Absent where nothing listens. */
  readonly case?: Case;
}

/** What becomes of a request, as the data plane tells it. */
export function judge(asked: Asked, known: Known, plane: DataPlane): Judged {
  const [best] = casesOf(asked, known, plane, 'outcome');
  return best === undefined ? { fate: nothing('no-socket') } : { fate: fateOf(best, known), case: best };
}

function nothing(cause: string): Fate {
  return { cause, headers: [], shares: [], mirrors: [] };
}

/** A rehearsal in the names of the manifests. */
export function fateOf(it: Case, known: Known): Fate {
  const { rehearsal, place: { gateway } } = it;
  const listener = originOf(rehearsal.listener, known);
  const route = routeOf(rehearsal, known.ir);
  const certificate = rehearsal.handshake?.certificate === undefined ? undefined : known.ir.certificates[rehearsal.handshake.certificate]?.origin;
  return {
    gateway: listener === undefined ? gateway : gatewayOf(listener),
    ...(listener === undefined ? {} : { listener }), ...(certificate === undefined ? {} : { certificate }), ...(route === undefined ? {} : { route }),
    ...endOf(rehearsal.outcome, known.ir),
  };
}

function routeOf({ route }: Rehearsal, { routes, streamRoutes }: Ir): Origin | undefined {
  return route === undefined ? undefined : (routes[route] ?? streamRoutes?.[route])?.origin;
}

function endOf(outcome: Outcome, ir: Ir): Pick<Fate, 'status' | 'cause' | 'headers' | 'shares' | 'mirrors'> {
  switch (outcome.kind) {
    case 'closed': return { cause: outcome.cause, headers: [], shares: [], mirrors: [] };
    case 'answer': return {
      status: outcome.status, ...(outcome.cause === undefined ? {} : { cause: outcome.cause }), headers: outcome.headers, shares: [],
      mirrors: mirrorsIn(outcome.steps ?? [], ir),
    };
    case 'forward': return forwarded(outcome.targets, ir);
  }
}

function forwarded(targets: readonly TargetOutcome[], ir: Ir): Pick<Fate, 'status' | 'cause' | 'headers' | 'shares' | 'mirrors'> {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  const used = targets.filter(({ weight }) => weight > 0);
  const shares = used.map((target): Share => shareOf(target, total, ir));
  const [first] = shares;
  // Where every share gets the same answer in place of its backend, that is the answer.
  const isOne = first?.instead !== undefined && shares.every(({ instead }) => instead?.status === first.instead?.status && instead?.cause === first.instead?.cause);
  const answer = used[0]?.answer;
  return {
    ...(isOne ? { ...first.instead, headers: answer?.kind === 'answer' ? answer.headers : [] } : { headers: [] }),
    shares, mirrors: mirrorsIn(used.flatMap(({ steps }) => steps), ir),
  };
}

function shareOf({ backend, weight, answer, answered, sent }: TargetOutcome, total: number, ir: Ir): Share {
  return {
    percent: (weight / total) * 100,
    ...(backend === undefined ? {} : { backend: backendNamed(backend, ir) }),
    ...(answer === undefined ? {} : { instead: { ...(answer.kind === 'answer' ? { status: answer.status } : {}), ...(answer.cause === undefined ? {} : { cause: answer.cause }) } }),
    ...(sent === undefined ? {} : { sent }), ...(answered === undefined ? {} : { answered }),
  };
}

function mirrorsIn(steps: readonly FilterStep[], ir: Ir): BackendName[] {
  const keys = new Set(steps.flatMap(({ filter }) => (filter.kind === 'mirror' ? [filter.backend] : [])));
  return [...keys].map((key) => backendNamed(key, ir));
}

/** A backend of the configuration by its name. */
export function backendNamed(key: BackendKey, { backends }: Ir): BackendName {
  const { kind = '', namespace = '', name = key } = backends[key]?.origin ?? {};
  const port = backendPort(key);
  return { kind, namespace, name, ...(port === undefined ? {} : { port }) };
}

/** `shop/cart:80`; with its kind where that is no Service. */
export function backendText({ kind, namespace, name, port }: BackendName): string {
  return `${kind === 'Service' ? '' : `${kind} `}${namespace}/${name}${port === undefined ? '' : `:${port}`}`;
}

/** `5`, `33.3`. */
export function percentText(percent: number): string {
  return `${Math.round(percent * 10) / 10}%`;
}

/** The end of a request in a few words. */
export function fateText({ status, cause, headers, shares }: Fate): string {
  const location = headers.find(({ name }) => name === 'location')?.value;
  if (status !== undefined) return [`${status}`, cause, ...(location === undefined ? [] : [`to ${location}`])].filter((it) => it !== undefined).join(' ');
  if (cause !== undefined) return closedWords[cause] ?? `closed: ${cause}`;
  if (shares.length === 1) return shareEnd(shares[0]!);
  return shares.map((it) => `${percentText(it.percent)} ${shareEnd(it)}`).join(', ');
}

const closedWords: Readonly<Record<string, string>> = { 'no-socket': 'connection refused' };

function shareEnd({ backend, instead }: Share): string {
  if (instead !== undefined) return instead.status === undefined ? `closed: ${instead.cause ?? ''}` : `${instead.status} ${instead.cause ?? ''}`.trim();
  return backend === undefined ? 'nowhere' : backendText(backend);
}

/** `infra/web`. */
export function gatewayName({ gateway }: Fate): string | undefined {
  return gateway === undefined ? undefined : describeRef(gateway).replace(/^\S+ /, '');
}
