import { ProtobufWriter } from '../../wire/index.ts';

/** What an attribute of a span can be; an integer is not negative. */
export type AttributeValue = string | number | readonly string[];

/** One request as OpenTelemetry sees it (opentelemetry-proto, trace.v1.Span). */
export interface Span {
  /** Hexadecimal. */
  readonly traceId: string;
  readonly spanId: string;
  /** `''` where the trace begins here. */
  readonly parentId: string;
  /** Flags of W3C trace context. */
  readonly flags: number;
  readonly traceState: string;
  readonly name: string;
  /** Nanoseconds since 1970. */
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: ReadonlyMap<string, AttributeValue>;
  readonly isError: boolean;
}

/** Whose spans they are: `service.name` and the like. */
export type Resource = ReadonlyMap<string, AttributeValue>;

const SERVER = 2;
const ERROR = 2;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

const writer = new ProtobufWriter();

/** A Span message, to be put in a request later. */
export function encodeSpan(span: Span): Buffer {
  writer.hex(1, span.traceId);
  writer.hex(2, span.spanId);
  if (span.traceState !== '') writer.text(3, span.traceState);
  if (span.parentId !== '') writer.hex(4, span.parentId);
  writer.text(5, span.name);
  writer.varint(6, SERVER);
  writer.fixed64(7, span.start);
  writer.fixed64(8, span.end);
  for (const [key, value] of span.attributes) writeAttribute(9, key, value);
  if (span.isError) writer.message(15, () => writer.varint(3, ERROR));
  // A parent always came over the network.
  writer.fixed32(16, span.flags | HAS_IS_REMOTE | (span.parentId === '' ? 0 : IS_REMOTE));
  return writer.take();
}

/** An ExportTraceServiceRequest with encoded spans of one resource. */
export function encodeExport(resource: Resource, spans: readonly Buffer[]): Buffer {
  writer.message(1, () => {
    writer.message(1, () => {
      for (const [key, value] of resource) writeAttribute(1, key, value);
    });
    writer.message(2, () => {
      writer.message(1, () => writer.text(1, 'postern'));
      for (const span of spans) writer.bytes(2, span);
    });
  });
  return writer.take();
}

function writeAttribute(field: number, key: string, value: AttributeValue): void {
  writer.message(field, () => {
    writer.text(1, key);
    writer.message(2, () => writeValue(value));
  });
}

/** An AnyValue. */
function writeValue(value: AttributeValue): void {
  if (typeof value === 'string') writer.text(1, value);
  else if (typeof value === 'number') writer.varint(3, value);
  else {
    writer.message(5, () => {
      for (const item of value) writer.message(1, () => writer.text(1, item));
    });
  }
}
