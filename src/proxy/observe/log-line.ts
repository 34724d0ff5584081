import { perObject } from '../../base/index.ts';
import type { Origin } from '../../contract/index.ts';
import type { BackendMeter } from './backend-meter.ts';
import { ruleName } from './labels.ts';
import { logTime, msText } from './log-clock.ts';
import { bare, quoted, shownQuery } from './log-text.ts';
import type { ObservedEndpoint, Observation } from './observation.ts';
import type { RequestFacts } from './request-facts.ts';
import type { StreamObservation } from './stream-observation.ts';

/** How lines look. */
export interface LineForm {
  readonly format: 'json' | 'text';
  /** The query is told too, without what looks like a credential. */
  readonly query: boolean;
}

/** The line of a request that has ended, with its line feed. Keys are those of OpenTelemetry (GEP-5253), others are Postern's own. */
export function requestLine(observation: Observation, facts: RequestFacts, form: LineForm): string {
  return form.format === 'json' ? requestJson(observation, facts, form) : requestText(observation, facts, form);
}

/** The line of a connection of layer 4, or of a UDP session. */
export function streamLine(observation: StreamObservation, { format }: LineForm): string {
  return format === 'json' ? streamJson(observation) : streamText(observation);
}

function requestJson(observation: Observation, facts: RequestFacts, { query }: LineForm): string {
  let line = `{"time":"${logTime(observation.startedAt)}","kind":"request"`;
  if (facts.method !== '') line += `,"http.request.method":${quoted(facts.method)},"url.scheme":"${facts.scheme}",${serverPart(facts)}"url.path":${quoted(facts.path)}`;
  if (query && facts.query.length > 1) line += `,"url.query":${quoted(shownQuery(facts.query))}`;
  if (observation.pattern !== '') line += `,"http.route":${quoted(observation.pattern)}`;
  if (observation.status !== 0) line += `,"http.response.status_code":${observation.status}`;
  line += `,"http.request.body.size":${observation.requestBytes},"http.response.body.size":${observation.responseBytes}`;
  return `${line}${clientPart(facts)}${placePart(observation.listener?.origin, observation.rule)}${wayPart(observation.backend, observation.endpoint)}${endPart(observation, facts)}}\n`;
}

function clientPart({ protocol, clientAddress, peer, userAgent }: RequestFacts): string {
  const via = peer.address === clientAddress ? '' : `,"network.peer.address":${quoted(peer.address)}`;
  const agent = userAgent === '' ? '' : `,"user_agent.original":${quoted(userAgent)}`;
  return `,"network.protocol.name":"http","network.protocol.version":"${protocol}","client.address":${quoted(clientAddress)}${via}${agent}`;
}

function endPart({ startedAt, answeredAt, endedAt, tries, cause, ending }: Observation, { requestId, trace }: RequestFacts): string {
  let part = requestId === '' ? '' : `,"request_id":${quoted(requestId)}`;
  part += `,"duration_ms":${msText(endedAt - startedAt)}`;
  if (answeredAt !== 0 && tries > 0) part += `,"backend_ms":${msText(answeredAt - startedAt)}`;
  if (tries > 0) part += `,"tries":${tries}`;
  if (cause !== '') part += `,"error.type":${quoted(cause)}`;
  if (ending !== 'whole') part += `,"ending":"${ending}"`;
  return trace === undefined ? part : `${part},"trace_id":"${trace.traceId}","span_id":"${trace.spanId}"`;
}

/** The last one: requests of one host mostly come together. */
const server = { authority: '', scheme: '', part: '' };

function serverPart({ authority, scheme }: RequestFacts): string {
  if (server.authority !== authority || server.scheme !== scheme) {
    server.authority = authority;
    server.scheme = scheme;
    server.part = serverText(authority, scheme);
  }
  return server.part;
}

function serverText(authority: string, scheme: RequestFacts['scheme']): string {
  if (authority === '') return '';
  const port = /:(\d{1,5})$/.exec(authority)?.[1];
  const host = port === undefined ? authority : authority.slice(0, -port.length - 1);
  return `"server.address":${quoted(host.replace(/^\[|\]$/g, ''))},"server.port":${port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port)},`;
}

/** Makes the text of each object once; `''` for none. */
function once<T extends object>(make: (thing: T) => string): (thing: T | undefined) => string {
  const textOf = perObject(make);
  return (thing) => (thing === undefined ? '' : textOf(thing));
}

const listenerOnce = once(listenerPart);
const ruleOnce = once(rulePart);
const endpointOnce = once(endpointPart);

/** Where it came in, and the rule that took it. */
function placePart(listener: Origin | undefined, rule: Origin | undefined): string {
  return listenerOnce(listener) + ruleOnce(rule);
}

function listenerPart({ namespace, name, section, parent }: Origin): string {
  const gateway = parent ?? { namespace, name };
  const listener = section === undefined ? '' : `,"listener":${quoted(section)}`;
  const set = parent === undefined ? '' : `,"listener_set":${quoted(`${namespace}/${name}`)}`;
  return `,"gateway":${quoted(`${gateway.namespace}/${gateway.name}`)}${set}${listener}`;
}

function rulePart(rule: Origin): string {
  return `,"route":${quoted(`${rule.kind}/${rule.namespace}/${rule.name}`)},"rule":${quoted(ruleName(rule))}`;
}

function wayPart(backend: BackendMeter | undefined, endpoint: ObservedEndpoint | undefined): string {
  return (backend === undefined ? '' : `,"backend":${quoted(backendText(backend))}`) + endpointOnce(endpoint);
}

function endpointPart(endpoint: ObservedEndpoint): string {
  return `,"endpoint":${quoted(endpointText(endpoint))}${endpoint.name === undefined ? '' : `,"endpoint_name":${quoted(endpoint.name)}`}`;
}

function backendText({ origin, key, port }: BackendMeter): string {
  return origin === undefined ? key : `${origin.kind}/${origin.namespace}/${origin.name}${port === '' ? '' : `:${port}`}`;
}

function endpointText({ address, port }: ObservedEndpoint): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function streamJson(observation: StreamObservation): string {
  const { client, passage, startedAt, endedAt, backend, endpoint, tries, cause } = observation;
  let line = `{"time":"${logTime(startedAt)}","kind":"${client.transport === 'udp' ? 'session' : 'connection'}","network.transport":"${client.transport}"`;
  line += `,"client.address":${quoted(client.address)},"client.port":${client.port}`;
  line += placePart(passage.listener.origin, passage.rule) + wayPart(backend, endpoint);
  line += `,"bytes_received":${observation.receivedBytes},"bytes_sent":${observation.sentBytes},"duration_ms":${msText(endedAt - startedAt)}`;
  if (tries > 0) line += `,"tries":${tries}`;
  if (cause !== '') line += `,"error.type":${quoted(cause)}`;
  return `${line}}\n`;
}

/** `14:03:07.123 GET shop.example/cart 200 1.2 ms 512 B  infra/web/http → shop/cart:80 at 127.0.0.1:3000`, for people at a terminal. */
function requestText(observation: Observation, facts: RequestFacts, { query }: LineForm): string {
  const { startedAt, endedAt, status, responseBytes, cause, listener, backend, endpoint, tries } = observation;
  const shown = query && facts.query.length > 1 ? `?${bare(shownQuery(facts.query))}` : '';
  const what = facts.method === '' ? 'a request that cannot be read' : `${bare(facts.method)} ${bare(facts.authority)}${bare(facts.path)}${shown}`;
  const took = `${status === 0 ? 'no answer' : status} ${(endedAt - startedAt).toFixed(1)} ms ${responseBytes} B`;
  return `${logTime(startedAt).slice(11, 23)} ${what} ${took}  ${wayText({ listener: listener?.origin, backend, endpoint })}${tries > 1 ? `, ${tries} tries` : ''}${cause === '' ? '' : `  ${bare(cause)}`}\n`;
}

function streamText({ client, passage, startedAt, endedAt, receivedBytes, sentBytes, backend, endpoint, cause }: StreamObservation): string {
  const who = `${client.transport} ${client.address}:${client.port}`;
  const took = `${((endedAt - startedAt) / 1000).toFixed(1)} s ${receivedBytes} B in ${sentBytes} B out`;
  return `${logTime(startedAt).slice(11, 23)} ${who} ${took}  ${wayText({ listener: passage.listener.origin, backend, endpoint })}${cause === '' ? '' : `  ${bare(cause)}`}\n`;
}

interface WayParts {
  readonly listener: Origin | undefined;
  readonly backend: BackendMeter | undefined;
  readonly endpoint: ObservedEndpoint | undefined;
}

function wayText({ listener, backend, endpoint }: WayParts): string {
  const gateway = listener?.parent ?? listener;
  const from = gateway === undefined ? '' : `${gateway.namespace}/${gateway.name}${listener?.section === undefined ? '' : `/${listener.section}`}`;
  const to = backend === undefined ? '' : ` → ${backendText(backend).replace(/^Service\//, '')}`;
  return `${bare(from)}${to}${endpoint === undefined ? '' : ` at ${endpoint.name ?? endpointText(endpoint)}`}`;
}
