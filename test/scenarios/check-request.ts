import { CheckFailed, type Check, type RequestSpec } from './check.ts';
import { backendPart, expectAnswer, holds, receivedHeader } from './expect-answer.ts';
import { Client, tryConnect, type Answer, type NoAnswer, type Target } from './send.ts';
import type { Serving } from './serving.ts';

/** What requests are sent through and compared with. */
export interface RequestContext {
  readonly serving: Serving;
  /** PEM of the CA that the clients trust. */
  readonly authority: string;
}

/** Connections of a check that repeats and does not say how many. */
const usualConnections = 8;

/** Error codes of a client that saw no HTTP answer, by the words of the checks. */
const errorCodes: Readonly<Record<string, readonly string[]>> = {
  'certificate-not-trusted': ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'SELF_SIGNED_CERT_IN_CHAIN'],
  'tls-handshake-refused': ['ECONNRESET', 'EPROTO', 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', 'ERR_SSL_TLSV1_ALERT_UNRECOGNIZED_NAME'],
  'connection-closed': ['CLOSED', 'ECONNRESET'],
  'connection-refused-or-timeout': ['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH'],
};

/** Sends a check's requests and compares what comes back; throws CheckFailed. */
export async function checkRequest(check: Check, context: RequestContext): Promise<void> {
  const { request, expect = {}, via = '' } = check;
  if (request === undefined) throw new CheckFailed('the check has no request');
  const target = request.connect === undefined ? context.serving.open(via, request.port) : placeOf(request.connect);
  if (request.scheme === 'tcp' && request.send === undefined) return expectError(String(expect['error']), { error: 'TCP', code: await tryConnect(target) });
  const repeat = check.repeat ?? 1;
  const client = new Client(request.connections ?? Math.min(repeat, usualConnections), context.authority);
  try {
    const begun = performance.now();
    const answers = await Promise.all(Array.from({ length: repeat }, () => followed(client, { request, target, via }, context)));
    if (typeof expect['withinMs'] === 'number') holds(performance.now() - begun < expect['withinMs'], `it took ${Math.round(performance.now() - begun)} ms`);
    expectAnswers(answers, expect, target);
  } finally {
    client.close();
  }
}

function placeOf(connect: string): Target {
  const [address = '', port] = connect.split(':');
  return { address, port: Number(port) };
}

interface Journey {
  readonly request: RequestSpec;
  readonly target: Target;
  readonly via: string;
}

type Hop = (Answer | NoAnswer) & { readonly redirects: number };

/** Sends a request and, where the check wants it, follows redirects through the Gateway's own ports. */
async function followed(client: Client, journey: Journey, context: RequestContext, redirects = 0): Promise<Hop> {
  const answer = await client.send(journey.request, journey.target);
  const location = 'status' in answer && answer.status >= 300 && answer.status < 400 ? answer.headers['location'] : undefined;
  if (journey.request.followRedirects !== true || location === undefined || redirects >= 10) return { ...answer, redirects };
  const url = new URL(location);
  const scheme = url.protocol.slice(0, -1);
  const port = url.port === '' ? (scheme === 'https' ? 443 : 80) : Number(url.port);
  const request = { ...journey.request, scheme, host: url.hostname, port, path: url.pathname, query: Object.fromEntries(url.searchParams) };
  return followed(client, { request, target: context.serving.open(journey.via, port), via: journey.via }, context, redirects + 1);
}

function expectAnswers(hops: readonly Hop[], expect: Readonly<Record<string, unknown>>, target: Target): void {
  const wantedError = expect['error'];
  const answers: Answer[] = [];
  for (const hop of hops) {
    if (typeof wantedError === 'string') expectError(wantedError, hop);
    else if ('error' in hop) throw new CheckFailed(`no answer: ${hop.error} (${hop.code})`);
    else answers.push(hop);
    if (expect['redirects'] !== undefined) holds(hop.redirects === expect['redirects'], `${hop.redirects} redirects, expected ${expect['redirects']}`);
  }
  for (const answer of answers) expectAnswer(answer, expect, { gatewayAddress: target.address });
  expectShares(answers, expect);
}

function expectError(wanted: string, got: Answer | NoAnswer): void {
  const codes = errorCodes[wanted];
  if (codes === undefined) throw new CheckFailed(`the runner does not know the error "${wanted}"`);
  if (!('error' in got)) throw new CheckFailed(`status ${got.status}, expected ${wanted}`);
  holds(codes.includes(got.code), `${got.error} (${got.code || 'connected'}), expected ${wanted}`);
}

interface Shares {
  readonly by: string;
  readonly values: Readonly<Record<string, number>>;
  readonly tolerance: number;
}

/** Compares what only all answers together show: weights, who was seen, shares of statuses, values that must differ. */
function expectShares(answers: readonly Answer[], expect: Readonly<Record<string, unknown>>): void {
  const { weights, seen, statusShare, tolerance, requestHeaders } = expect as {
    weights?: Shares; seen?: { by: string; values: string[] }; statusShare?: Record<string, number>; tolerance?: number; requestHeaders?: { distinct?: string[] };
  };
  if (weights !== undefined) within(sharesOf(answers.map((answer) => backendPart(answer, weights.by))), weights.values, weights.tolerance);
  if (statusShare !== undefined) within(sharesOf(answers.map((answer) => String(answer.status))), statusShare, tolerance ?? 0);
  if (seen !== undefined) {
    const names = new Set(answers.map((answer) => backendPart(answer, seen.by)));
    for (const value of seen.values) holds(names.has(value), `${seen.by} ${value} never answered in ${answers.length} requests`);
  }
  for (const name of requestHeaders?.distinct ?? []) {
    const values = new Set(answers.map((answer) => receivedHeader(answer, name)));
    holds(values.size === answers.length, `${name} had ${values.size} values in ${answers.length} requests`);
  }
}

/** Per cent of each value. */
export function sharesOf(values: readonly string[]): Map<string, number> {
  const shares = new Map<string, number>();
  for (const value of values) shares.set(value, (shares.get(value) ?? 0) + 100 / values.length);
  return shares;
}

/** Compares shares in per cent with an absolute tolerance in points; nobody else may have a share. */
export function within(shares: ReadonlyMap<string, number>, expected: Readonly<Record<string, number>>, tolerance: number): void {
  const text = [...shares].map(([name, share]) => `${name} ${share.toFixed(1)} %`).join(', ');
  for (const [name, share] of Object.entries(expected)) {
    holds(Math.abs((shares.get(name) ?? 0) - share) <= tolerance + 1e-9, `shares are ${text}; expected ${name} ${share} % ± ${tolerance}`);
  }
  for (const name of shares.keys()) holds(name in expected, `shares are ${text}; nobody expected ${name}`);
}
