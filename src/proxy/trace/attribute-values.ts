import type { ObservedEndpoint, Observation } from '../observe/observation.ts';
import type { RequestFacts } from '../observe/request-facts.ts';
import type { RequestView } from '../route/request-view.ts';
import { utf8Of } from '../utf8.ts';
import { requestHeaderPrefix } from './attribute-keys.ts';
import type { AttributeValue } from './span.ts';

/** A value longer than this is cut: a span is no place for a whole request. Characters. */
const mostCharacters = 4096;

/** The methods that OpenTelemetry knows; others would make names without end. */
const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY']);

/** A method as attributes have it. */
export function methodOf(method: string): string {
  return knownMethods.has(method) ? method : '_OTHER';
}

/** What came over the wire, where each character was a byte, as text. */
export function textOf(wire: string): string {
  return utf8Of(wire.length > mostCharacters ? wire.slice(0, mostCharacters) : wire);
}

/** Values that a request has when it comes, by key of GEP-5253; the request's head is at hand. */
export function valueAtStart(key: string, request: RequestView, facts: RequestFacts): AttributeValue | undefined {
  switch (key) {
    case 'http.request.method': return methodOf(facts.method);
    case 'http.request.method_original': return textOf(facts.method);
    case 'url.scheme': return facts.scheme;
    case 'url.path': return textOf(facts.path);
    case 'url.query': return facts.query === '' ? undefined : textOf(facts.query.slice(1));
    case 'url.full': return textOf(`${facts.scheme}://${facts.authority}${facts.path}${facts.query}`);
    case 'user_agent.original': return facts.userAgent === '' ? undefined : textOf(facts.userAgent);
    case 'server.address': return hostOf(facts.authority);
    case 'server.port': return portOf(facts);
    default: return key.startsWith(requestHeaderPrefix) ? headerList(request, key.slice(requestHeaderPrefix.length)) : connectionValue(key, facts);
  }
}

function connectionValue(key: string, { clientAddress, peer, protocol }: RequestFacts): AttributeValue | undefined {
  switch (key) {
    case 'network.protocol.name': return 'http';
    case 'network.protocol.version': return protocol;
    case 'network.transport': return 'tcp';
    case 'client.address': return clientAddress === '' ? undefined : textOf(clientAddress);
    // Of a client behind another proxy nobody knows the port.
    case 'client.port': return clientAddress === peer.address ? peer.port : undefined;
    case 'network.peer.address': return peer.address === '' ? undefined : peer.address;
    case 'network.peer.port': return peer.port;
    case 'network.type': return peer.address.includes(':') ? 'ipv6' : 'ipv4';
    default: return undefined;
  }
}

function headerList(request: RequestView, name: string): AttributeValue | undefined {
  const value = request.header(name);
  return value === undefined ? undefined : [textOf(value)];
}

function hostOf(authority: string): string | undefined {
  const host = authority.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
  return host === '' ? undefined : textOf(host);
}

function portOf({ authority, scheme }: RequestFacts): number | undefined {
  if (authority === '') return undefined;
  const port = /:(\d{1,5})$/.exec(authority)?.[1];
  return port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port);
}

/** Values that only the end of a request has. */
export function valueAtEnd(key: string, observation: Observation): AttributeValue | undefined {
  switch (key) {
    case 'http.route': return observation.pattern === '' ? undefined : observation.pattern;
    case 'http.response.status_code': return observation.status === 0 ? undefined : observation.status;
    case 'error.type': return errorType(observation);
    default: return undefined;
  }
}

/** Why a request counts as failed: Postern's cause, else the status; undefined where it does not (semantic conventions for HTTP servers: 5xx, or no whole answer). */
export function errorType({ status, ending, cause }: Observation): string | undefined {
  if (ending === 'whole' && status < 500) return undefined;
  return cause === '' ? String(status) : cause;
}

/** Which objects a request met, in names of Postern's own. */
export function* placesOf({ listener, rule, backend, endpoint, tries }: Observation): Generator<readonly [string, AttributeValue]> {
  if (listener !== undefined) {
    const gateway = listener.origin.parent ?? listener.origin;
    yield ['postern.gateway', `${gateway.namespace}/${gateway.name}`];
    if (listener.origin.section !== undefined) yield ['postern.listener', listener.origin.section];
  }
  if (rule !== undefined) {
    yield ['postern.route', `${rule.kind}/${rule.namespace}/${rule.name}`];
    if (rule.rule !== undefined) yield ['postern.rule', rule.ruleName ?? String(rule.rule)];
  }
  if (backend?.origin !== undefined) yield ['postern.backend', `${backend.origin.kind}/${backend.origin.namespace}/${backend.origin.name}${portText(backend.port)}`];
  if (endpoint !== undefined) yield ['postern.endpoint', endpointText(endpoint)];
  if (tries > 1) yield ['http.request.resend_count', tries - 1];
}

/** The port of a Service; an XBackend has its own and names none. */
function portText(port: string): string {
  return /^\d/.test(port) ? `:${Number.parseInt(port, 10)}` : '';
}

function endpointText({ address, port }: ObservedEndpoint): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}
