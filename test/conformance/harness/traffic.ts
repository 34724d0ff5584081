import { request as httpRequest } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { randomUUID, X509Certificate } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { Echo } from './echo-pod.ts';
import type { TrafficCase } from './expectation.ts';
import { exchangeHttp2 } from './http2-traffic.ts';
import type { Pod } from './pods.ts';
import { exchange } from '../../harness/websocket.ts';

/** Where a case's Gateway listens: the bound socket, and the address and port that its users know. */
export interface Door {
  readonly address: string;
  readonly port: number;
  readonly knownAddress: string;
  readonly knownPort: number;
  /** For HTTPS: the certificate that the listener must show, PEM. */
  readonly certificate?: string;
  /** What the client shows. */
  readonly client?: { readonly cert: string; readonly key: string };
  /** What a backend must be shown, PEM. */
  readonly backendClient?: string;
}

type Headers = { readonly [name: string]: readonly string[] };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Absent where the answer is not an echo backend's. */
  readonly echo?: Echo;
}

/** Host header of a request without one of its own: the address as a client would type it (RFC 9110, 7.2). */
function hostOf(door: Door, secure: boolean): string {
  return door.knownPort === (secure ? 443 : 80) ? door.knownAddress : `${door.knownAddress}:${door.knownPort}`;
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message) text += String(chunk);
  return text;
}

/** Every header line by its lower-case name; Node itself would join the lines of a name with a space. */
function linesOf(message: IncomingMessage): Headers {
  const lines: { [name: string]: string[] } = {};
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    (lines[(message.rawHeaders[at] ?? '').toLowerCase()] ??= []).push(message.rawHeaders[at + 1] ?? '');
  }
  return lines;
}

type Trust = Pick<ConnectionOptions, 'servername' | 'ca' | 'cert' | 'key' | 'checkServerIdentity'>;

/** The chain is verified against the listener's own certificate; in place of its names, which Node cannot match to `*.org`, it must be that very one. */
function trust(servername: string, { certificate, client }: Door): Trust {
  if (certificate === undefined) throw new Error('an HTTPS case needs the certificate of its listener');
  const { fingerprint256 } = new X509Certificate(certificate);
  return {
    servername, ca: certificate, ...client,
    checkServerIdentity: (_, shown) => (shown.fingerprint256 === fingerprint256 ? undefined : new Error(`the listener shows another certificate for ${servername}`)),
  };
}

/** As `send`, over HTTP/2: by ALPN with TLS, else by prior knowledge. */
async function sendHttp2(one: TrafficCase, door: Door): Promise<Answer> {
  const secure = one.serverName === undefined ? undefined : { ...trust(one.serverName, door), ALPNProtocols: ['h2'] };
  const { headers, body } = await exchangeHttp2(door, {
    ':path': one.request.path, ':method': one.request.method ?? 'GET', ':authority': one.request.host ?? hostOf(door, secure !== undefined), ...one.request.headers,
  }, { ...(one.request.body === undefined ? {} : { body: Buffer.from(one.request.body) }), ...(secure === undefined ? {} : { secure }) });
  const json = headers['content-type'] === 'application/json';
  const lines = Object.entries(headers).filter(([name]) => !name.startsWith(':')).map(([name, value]) => [name, [value ?? []].flat()]);
  return { status: Number(headers[':status']), headers: Object.fromEntries(lines) as Headers, ...(json ? { echo: JSON.parse(body.toString()) as Echo } : {}) };
}

/** Sends the request of a case on a connection of its own, with the headers that the suite's client sends. */
async function send(one: TrafficCase, door: Door): Promise<Answer> {
  if (one.request.protocol !== undefined) return sendHttp2(one, door);
  const secure = one.serverName !== undefined;
  const asked = Object.entries(one.backendSets ?? {}).map(([name, value]) => `${name}:${value}`).join(',');
  const options: RequestOptions = {
    agent: false, host: door.address, port: door.port, path: one.request.path, method: one.request.method ?? 'GET',
    headers: { Host: one.request.host ?? hostOf(door, secure), ...one.request.headers, 'X-Echo-Set-Header': asked },
  };
  const sent = secure ? httpsRequest({ ...options, ...trust(one.serverName ?? '', door) }) : httpRequest(options);
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject);
    sent.end(one.request.body);
  });
  const text = await textOf(message);
  const json = message.headers['content-type'] === 'application/json';
  return { status: message.statusCode ?? 0, headers: linesOf(message), ...(json ? { echo: JSON.parse(text) as Echo } : {}) };
}

function values(headers: Headers): Map<string, string> {
  return new Map(Object.entries(headers).map(([name, lines]) => [name.toLowerCase(), lines.join(',')]));
}

function withoutSpaces(text: string, { ignoreWhitespace }: TrafficCase['expect']): string {
  return ignoreWhitespace === true ? text.replaceAll(' ', '') : text;
}

function headerMismatches(where: string, actual: Map<string, string>, wanted: TrafficCase['expect']): string[] {
  return [
    ...Object.entries(wanted.headers ?? {}).filter(([name, value]) => actual.get(name.toLowerCase()) !== value)
      .map(([name, value]) => `${where} header ${name}: ${value}, got ${actual.get(name.toLowerCase()) ?? 'none'}`),
    ...Object.entries(wanted.oneOf ?? {}).filter(([name, allowed]) => !allowed.some((value) => withoutSpaces(value, wanted) === withoutSpaces(actual.get(name.toLowerCase()) ?? '', wanted)))
      .map(([name, allowed]) => `${where} header ${name}: ${allowed.join(' or ')}, got ${actual.get(name.toLowerCase()) ?? 'none'}`),
    ...(wanted.absent ?? []).filter((name) => actual.has(name.toLowerCase()))
      .map((name) => `no ${where} header ${name}, got ${actual.get(name.toLowerCase())}`),
  ];
}

/** CompareRoundTrip of the suite's http.go, for an answer of a backend. */
function echoMismatches(one: TrafficCase, answer: Answer, door: Door): string[] {
  const { echo } = answer;
  if (echo === undefined) return ['an answer of a backend, got another'];
  const wanted = one.expect.seen ?? one.request;
  const facts: [string, string | undefined, string][] = [
    ['host', wanted.host, echo.host], ['path', wanted.path, echo.path], ['method', wanted.method ?? 'GET', echo.method],
    ['namespace', one.expect.namespace ?? 'gateway-conformance-infra', echo.namespace],
    ['server name', one.expect.seen?.sni, echo.tls?.serverName ?? 'none'], ['client certificate', door.backendClient, echo.tls?.peerCertificates[0] ?? 'none'],
  ];
  const seen = one.expect.seen ?? { headers: one.request.headers ?? {} };
  return [
    ...facts.filter(([, expected, got]) => expected !== undefined && expected !== got).map(([name, expected, got]) => `${name} ${expected}, got ${got}`),
    ...(echo.pod.startsWith(one.expect.backend ?? '') ? [] : [`a pod of ${one.expect.backend}, got ${echo.pod}`]),
    ...headerMismatches('request', values(echo.headers), { headers: seen.headers ?? {}, absent: ('absent' in seen && seen.absent) || [] }),
    ...headerMismatches('response', values(answer.headers), one.expect),
  ];
}

/** The part of CompareRoundTrip about redirects: absent scheme and path are the request's, a well-known port may be left out. */
function redirectMismatches(one: TrafficCase, answer: Answer, base: string): string[] {
  const wanted = one.expect.location;
  if (wanted === undefined) return [];
  const location = (answer.headers['location'] ?? ['']).join();
  const got = new URL(location, base);
  const scheme = got.protocol.slice(0, -1);
  const facts: [string, string | undefined, string][] = [
    ['scheme', wanted.scheme ?? (one.serverName === undefined ? 'http' : 'https'), scheme], ['host', wanted.host, got.hostname],
    ['port', wanted.port ?? '', got.port], ['path', wanted.path ?? one.request.path.split('?')[0], got.pathname],
  ];
  return facts.filter(([, expected, actual]) => expected !== undefined && expected !== actual)
    .map(([name, expected, actual]) => `Location with ${name} ${expected}, got ${actual} in ${location}`);
}

async function once(one: TrafficCase, door: Door): Promise<string[]> {
  if (one.handshake === 'fails') return send(one, door).then(({ status }) => [`a failed handshake, got status ${status}`], () => []);
  const answer = await send(one, door);
  const statuses = [one.expect.status ?? 200].flat();
  if (!statuses.includes(answer.status)) return [`status ${statuses.join(' or ')}, got ${answer.status}`];
  // A preflight may be answered with 200 or 204, without a body that would tell of a backend.
  const isPreflight = answer.echo === undefined && statuses.includes(204);
  if (answer.status === 200 && !isPreflight) return echoMismatches(one, answer, door);
  return [
    ...headerMismatches('response', values(answer.headers), one.expect),
    ...(answer.status >= 300 && answer.status < 400 ? redirectMismatches(one, answer, `http://${hostOf(door, false)}`) : []),
  ];
}

/** Copies come after the answers: waits until as many as were seen to be enough have come, or none has for a while. */
async function copiesAt(pods: readonly Pod[], path: string, enough: number): Promise<number> {
  const count = (): number => pods.flatMap((pod) => pod.seen).filter((seen) => seen === path).length;
  for (let last = -1; count() !== last && count() < enough;) {
    last = count();
    await delay(100);
  }
  return count();
}

/** The suite's mirror.go, with what the pods have seen in place of their logs. */
async function mirrored(one: TrafficCase, door: Door, pods: readonly Pod[]): Promise<string[]> {
  const problems: string[] = [];
  const total = one.repeat ?? 1;
  const path = `${one.request.path}?request-id=${randomUUID()}`;
  const marked = { ...one, request: { ...one.request, path }, expect: { ...one.expect, seen: { ...one.expect.seen, path } } };
  for (let sent = 0; sent < total; sent += 1) problems.push(...await once(marked, door));
  for (const [deployment, percent] of Object.entries(one.expect.mirroredTo ?? {})) {
    const share = percent / 100;
    const slack = 3 * Math.sqrt(total * share * (1 - share));
    const copies = await copiesAt(pods.filter((pod) => pod.deployment === deployment), path, total * share);
    if (Math.abs(copies - total * share) > slack) problems.push(`${total * share} copies at ${deployment}, got ${copies}`);
  }
  return problems;
}

/** Weights over many requests, ±5 points absolute (the suite's weight.go), and the backends that headers name. */
async function repeated(one: TrafficCase, door: Door): Promise<string[]> {
  const problems: string[] = [];
  const counts = new Map<string, number>();
  const total = one.repeat ?? 1;
  for (let sent = 0; sent < total; sent += 1) {
    const answer = await send(one, door);
    const pod = answer.echo?.pod ?? `status ${answer.status}`;
    const backend = Object.keys(one.expect.shares ?? {}).find((name) => pod.startsWith(name)) ?? pod;
    counts.set(backend, (counts.get(backend) ?? 0) + 1);
    const named = one.expect.podNamedBy === undefined ? [] : answer.echo?.headers[one.expect.podNamedBy] ?? [];
    if (one.expect.podNamedBy !== undefined && (named.length !== 1 || !pod.startsWith(named[0] ?? ' '))) {
      problems.push(`one header ${one.expect.podNamedBy} that begins ${pod}, got ${named.join(', ') || 'none'}`);
    }
  }
  for (const [backend, share] of Object.entries(one.expect.shares ?? {})) {
    const got = (counts.get(backend) ?? 0) / total;
    if (share === 0 ? got > 0 : Math.abs(got - share) > 0.05) problems.push(`${share} of the requests at ${backend}, got ${got}`);
  }
  const strangers = [...counts.keys()].filter((name) => one.expect.shares !== undefined && !(name in one.expect.shares));
  return [...problems, ...strangers.map((name) => `only the weighted backends, got ${name}`)];
}

/** What a case may say; the rest of the vocabulary waits for the tests that use it, and must not be passed over. */
const known = {
  request: new Set(['method', 'host', 'path', 'headers', 'body', 'protocol']),
  expect: new Set(['status', 'backend', 'namespace', 'seen', 'location', 'headers', 'oneOf', 'ignoreWhitespace', 'absent', 'mirroredTo', 'shares', 'podNamedBy']),
  seen: new Set(['method', 'host', 'path', 'headers', 'absent', 'sni', 'clientCertificate']),
};

function refuseUnknown(one: TrafficCase): void {
  for (const [part, names] of Object.entries(known)) {
    const fields = Object.keys({ request: one.request, expect: one.expect, seen: one.expect.seen ?? {} }[part] ?? {});
    const unknown = fields.filter((name) => !names.has(name));
    if (unknown.length > 0) throw new Error(`the traffic harness does not know ${part}.${unknown.join()}`);
  }
}

/** Runs one case; the answer is what does not hold, empty where it passes. */
export async function trafficFailures(one: TrafficCase, door: Door, pods: readonly Pod[] = []): Promise<string[]> {
  refuseUnknown(one);
  if (one.expect.mirroredTo !== undefined) return mirrored(one, door, pods);
  if (one.websocket !== undefined) {
    const answers = await exchange({ ...door, host: hostOf(door, false), path: one.request.path }, one.websocket);
    return isDeepStrictEqual(answers, one.websocket) ? [] : [`${JSON.stringify(one.websocket)}, got ${JSON.stringify(answers)}`];
  }
  return one.repeat === undefined ? once(one, door) : repeated(one, door);
}
