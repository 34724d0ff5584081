import type { Origin } from '../../contract/index.ts';
import { type Asked, type DataPlane, gatewayOf, type Known, readAsked, type Written } from '../../explain/index.ts';
import type { HeaderValue, Match } from '../../ir/index.ts';
import { meetingBoth } from '../diff/conditions.ts';
import { backendText, type Fate, judge, percentText, type Share } from '../fate.ts';
import { isNamed, readNamed } from './named.ts';
import type { Expectation } from './route-case.ts';

/** What an access log says of a request. */
export interface Logged {
  readonly written: Written;
  readonly listener?: string;
  /** `HTTPRoute/shop/cart`. */
  readonly route?: string;
  /** The rule's name, or its index. */
  readonly rule?: string;
  /** `Service/shop/cart:80`. */
  readonly backend?: string;
  readonly status?: number;
  readonly cause?: string;
}

/** A case that was made of what real requests met. */
export interface RecordedCase {
  readonly name: string;
  readonly requests: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly expect: Expectation;
}

export interface Recording {
  /** By Gateway, `namespace/name`; `''` for requests that name none. */
  readonly cases: ReadonlyMap<string, readonly RecordedCase[]>;
  /** How many requests stand in the cases, the same ones counted each time. */
  readonly taken: number;
  /** Requests that these manifests treat otherwise than the log says, or whose headers nobody knows. */
  readonly left: readonly Logged[];
}

/** As many requests of one kind tell as much as more. */
const mostRequests = 5;

/** Makes cases of logged requests: what the log says of each, and what the data plane says that it does not. */
export function record(logged: readonly Logged[], known: Known, plane: DataPlane): Recording {
  const cases = new Map<string, Map<string, { readonly made: Omit<RecordedCase, 'requests'>; readonly requests: Set<string> }>>();
  const left: Logged[] = [];
  const remembered = new Map<string, Traced | undefined>();
  for (const line of logged) {
    const key = JSON.stringify([line.written, line.listener, line.route, line.rule, line.status, line.cause, line.backend]);
    if (!remembered.has(key)) remembered.set(key, trace(line, known, plane));
    const found = remembered.get(key);
    if (found === undefined) {
      left.push(line);
      continue;
    }
    const made = caseOf(found);
    const gateway = line.written.gateway ?? '';
    const ofGateway = cases.get(gateway) ?? new Map<string, { readonly made: Omit<RecordedCase, 'requests'>; readonly requests: Set<string> }>();
    cases.set(gateway, ofGateway);
    const group = ofGateway.get(JSON.stringify(made)) ?? { made, requests: new Set<string>() };
    ofGateway.set(JSON.stringify(made), group);
    if (group.requests.size < mostRequests) group.requests.add(found.request);
  }
  return {
    cases: new Map([...cases].map(([gateway, groups]) => [gateway, [...groups.values()].map(({ made, requests }) => ({ ...made, requests: [...requests] }))])),
    taken: logged.length - left.length, left,
  };
}

/** A logged request that these manifests treat as they did then. */
interface Traced {
  readonly request: string;
  readonly headers: readonly HeaderValue[];
  readonly fate: Fate;
}

/** Asks without headers first, since a log has none; then with those that a match of the logged rule asks for. */
function trace(line: Logged, known: Known, plane: DataPlane): Traced | undefined {
  const written = asListened(line, known);
  const tries: (readonly HeaderValue[])[] = [[], ...headersOf(line, known)];
  for (const headers of tries) {
    const asked: Asked | string = readAsked({ ...written, headers });
    if (typeof asked === 'string') return undefined;
    const { fate } = judge(asked, known, plane);
    if (isAsLogged(fate, line)) return { request: `${written.method} ${written.url}`, headers, fate };
  }
  return undefined;
}

/** Whoever serves may have mapped ports; tests name those of the listeners. */
function asListened({ written, listener }: Logged, { ir }: Known): Written {
  const own = Object.values(ir.listeners).find(({ origin }) => origin.section === listener && `${gatewayOf(origin).namespace}/${gatewayOf(origin).name}` === written.gateway);
  if (own === undefined) return written;
  const port = own.port === (own.protocol === 'https' ? 443 : 80) ? '' : `:${own.port}`;
  return { ...written, url: written.url.replace(/^[a-z]+:\/\/(\[[^\]]*\]|[^/:?]*)(?::\d+)?/, (_, host: string) => `${own.protocol}://${host}${port}`) };
}

function headersOf({ route, rule }: Logged, { ir }: Known): HeaderValue[][] {
  if (route === undefined || rule === undefined) return [];
  const matches = Object.values(ir.routes).filter(({ origin }) => isRule(origin, route, rule)).map(({ match }): Match => match);
  return matches.flatMap((match) => meetingBoth(match, undefined).map(({ headers }) => [...headers].map(([name, value]) => ({ name, value })))).filter((it) => it.length > 0);
}

function isRule(origin: Origin, route: string, rule: string): boolean {
  return `${origin.kind}/${origin.namespace}/${origin.name}` === route && (origin.ruleName ?? String(origin.rule)) === rule;
}

function isAsLogged(fate: Fate, { route, rule = '', backend, status, cause }: Logged): boolean {
  if (route === undefined ? fate.route !== undefined : fate.route === undefined || !isRule(fate.route, route, rule)) return false;
  if (backend !== undefined) return fate.shares.some((it) => isShareOf(it, backend));
  if (fate.status === undefined) return fate.shares.some(({ instead }) => instead !== undefined && instead.status === status && instead.cause === cause);
  return fate.status === status && fate.cause === cause;
}

function isShareOf({ backend, instead }: Share, logged: string): boolean {
  // Keys of backends say after the port how they are spoken to.
  return backend !== undefined && instead === undefined && isNamed(backend, readNamed(logged.replace(/(:\d+)\/[a-z]+$/, '$1'), ''));
}

function caseOf({ headers, fate }: Traced): Omit<RecordedCase, 'requests'> {
  const { route } = fate;
  const rule = route === undefined ? undefined : route.ruleName ?? route.rule;
  return {
    name: route === undefined ? `nobody takes it: ${fate.status ?? ''} ${fate.cause ?? ''}`.trim() : `${route.kind} ${route.namespace}/${route.name} rule ${rule ?? 0}`,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    expect: { ...(route === undefined ? {} : { route: `${route.kind}/${route.namespace}/${route.name}`, ...(rule === undefined ? {} : { rule }) }), ...endOf(fate) },
  };
}

function endOf({ status, cause, headers, shares }: Fate): Expectation {
  const location = headers.find(({ name }) => name === 'location')?.value;
  if (status !== undefined) return { status, ...(cause === undefined ? {} : { cause }), ...(location === undefined ? {} : { redirect: location }) };
  // A share that is refused has no name; the rule says enough then.
  if (shares.some(({ instead, backend }) => instead !== undefined || backend === undefined)) return {};
  const parts = new Map<string, number>();
  for (const { backend, percent } of shares) parts.set(nameOf(backend!), (parts.get(nameOf(backend!)) ?? 0) + percent);
  const [only] = parts.keys();
  return parts.size === 1 ? { backend: only! } : { backends: Object.fromEntries([...parts].map(([name, percent]) => [name, percentText(percent)])) };
}

/** `shop/cart:80`, or `XBackend/shop/cart`. */
function nameOf(backend: NonNullable<Share['backend']>): string {
  return backendText(backend).replace(' ', '/');
}
