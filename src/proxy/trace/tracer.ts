import type { SpanAttribute, Tracing } from '../../ir/index.ts';
import type { Observation } from '../observe/observation.ts';
import type { RequestView } from '../route/request-view.ts';
import { responseHeaderPrefix } from './attribute-keys.ts';
import { RequestTrace } from './request-trace.ts';
import type { SamplingRates } from './sampling.ts';
import type { SpanExporter } from './span-exporter.ts';

/** How the requests of some listeners are traced: a Tracing of the IR, compiled. */
export class Tracer {
  readonly rates: SamplingRates;
  readonly spanName: string | undefined;
  readonly attributes: readonly SpanAttribute[];
  /** Those that the head of an answer may have. */
  readonly responseAttributes: readonly Exclude<SpanAttribute, { readonly kind: 'literal' }>[];
  readonly exporter: SpanExporter;

  constructor({ share, parentShare, spanName, attributes }: Tracing, exporter: SpanExporter) {
    this.rates = { share, parentShare };
    this.spanName = spanName;
    this.attributes = attributes;
    this.responseAttributes = attributes.flatMap((it) => (it.kind === 'header' || (it.kind === 'attribute' && it.key.startsWith(responseHeaderPrefix)) ? it : []));
    this.exporter = exporter;
  }

  /** Takes a request into its trace, while its head is at hand. */
  begin(request: RequestView, observation: Observation): void {
    const { facts } = observation;
    if (facts !== undefined) facts.trace = new RequestTrace(this, request, facts);
  }
}
