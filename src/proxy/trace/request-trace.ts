import type { ResponseHead } from '../http1/response-head.ts';
import { isNamed, scan, valueOf } from '../http1/scan-head.ts';
import type { Observation } from '../observe/observation.ts';
import type { RequestFacts } from '../observe/request-facts.ts';
import type { RequestView } from '../route/request-view.ts';
import { responseHeaderPrefix } from './attribute-keys.ts';
import { errorType, methodOf, placesOf, textOf, valueAtEnd, valueAtStart } from './attribute-values.ts';
import { wallNanoseconds } from './clock.ts';
import { type ForwardedContext, joinTrace, type Place } from './join-trace.ts';
import { type AttributeValue, encodeSpan } from './span.ts';
import { flagsOf } from './trace-context.ts';
import type { Tracer } from './tracer.ts';

/** Attributes of every span; the rest is asked for. */
const ofEverySpan: readonly string[] = [
  'http.request.method', 'url.scheme', 'url.path', 'server.address', 'server.port', 'client.address', 'network.protocol.version', 'user_agent.original',
];
const ofEveryEnd: readonly string[] = ['http.route', 'http.response.status_code', 'error.type'];

/** One request in its trace, and its span where it is sampled. */
export class RequestTrace {
  private readonly place: Place;
  private readonly tracer: Tracer;
  private readonly attributes = new Map<string, AttributeValue>();

  /** The request's head is at hand. */
  constructor(tracer: Tracer, request: RequestView, facts: RequestFacts) {
    this.tracer = tracer;
    this.place = joinTrace(request, tracer.rates);
    if (this.isSampled) this.describe(request, facts);
  }

  get traceId(): string {
    return this.place.traceId;
  }

  /** Of Postern's own span, `''` where it has no part in the trace. */
  get spanId(): string {
    return this.place.spanId;
  }

  get isSampled(): boolean {
    return this.place.isSampled;
  }

  /** Undefined: the caller's context goes on untouched. */
  get forwarded(): ForwardedContext | undefined {
    return this.place.forwarded;
  }

  private describe(request: RequestView, facts: RequestFacts): void {
    for (const key of ofEverySpan) this.set(key, valueAtStart(key, request, facts));
    if (methodOf(facts.method) === '_OTHER') this.set('http.request.method_original', valueAtStart('http.request.method_original', request, facts));
    for (const attribute of this.tracer.attributes) {
      if (attribute.kind === 'literal') this.set(attribute.name, attribute.value);
      else if (attribute.kind === 'attribute') this.set(attribute.name, valueAtStart(attribute.key, request, facts));
      else this.set(attribute.name, headerText(request.header(attribute.header)));
    }
  }

  private set(name: string, value: AttributeValue | undefined): void {
    if (value !== undefined) this.attributes.set(name, value);
  }

  /** A value of ours, where nobody asked for another of the name. */
  private setFirst(name: string, value: AttributeValue | undefined): void {
    if (!this.attributes.has(name)) this.set(name, value);
  }

  /** The head of the answer that the client gets; offsets of the scan are valid. A header that the request has is not looked for here. */
  noteResponse(head: ResponseHead): void {
    if (!this.isSampled) return;
    for (const attribute of this.tracer.responseAttributes) {
      if (attribute.kind === 'attribute') this.set(attribute.name, listOf(responseHeader(head, attribute.key.slice(responseHeaderPrefix.length))));
      else if (!this.attributes.has(attribute.name)) this.set(attribute.name, headerText(responseHeader(head, attribute.header)));
    }
  }

  /** The request is over. */
  finish(observation: Observation): void {
    const { facts } = observation;
    if (!this.isSampled || facts === undefined) return;
    for (const attribute of this.tracer.attributes) if (attribute.kind === 'attribute') this.set(attribute.name, valueAtEnd(attribute.key, observation));
    for (const key of ofEveryEnd) this.setFirst(key, valueAtEnd(key, observation));
    for (const [name, value] of placesOf(observation)) this.setFirst(name, value);
    const { traceId, spanId, parentId, state } = this.place;
    this.tracer.exporter.add(encodeSpan({
      traceId, spanId, parentId, traceState: state, flags: flagsOf(this.place),
      name: this.tracer.spanName ?? defaultName(facts, observation),
      start: wallNanoseconds(observation.startedAt), end: wallNanoseconds(observation.endedAt),
      attributes: this.attributes, isError: errorType(observation) !== undefined,
    }));
  }
}

/** Semantic conventions for HTTP spans, "Name". */
function defaultName({ method }: RequestFacts, { pattern }: Observation): string {
  const known = methodOf(method);
  const name = known === '_OTHER' ? 'HTTP' : known;
  return pattern === '' ? name : `${name} ${pattern}`;
}

function headerText(value: string | undefined): string | undefined {
  return value === undefined ? undefined : textOf(value);
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : [textOf(value)];
}

function responseHeader({ text }: ResponseHead, name: string): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < scan.count; i++) {
    if (isNamed(text, i, name)) value = value === undefined ? valueOf(text, i) : `${value},${valueOf(text, i)}`;
  }
  return value;
}
