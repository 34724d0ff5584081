import type { WrittenRule } from '../written-at.ts';

/** One line of a comparison: what became other for some of the traffic. */
export interface Change {
  readonly kind: 'request' | 'connection' | 'certificate' | 'listener' | 'gateway';
  /** `new`: it was not served before; `gone`: it is not served any more; `other`: it is served in another way. */
  readonly effect: 'new' | 'gone' | 'other';
  /** `infra/web`; that of before where it is gone. */
  readonly gateway: string;
  /** `http port 80`; several where the same changes there. */
  readonly ports: readonly string[];
  /** What it is about: of requests and connections which ones, a text for each match. */
  readonly what: readonly string[];
  /** In words. */
  readonly before: string;
  readonly after: string;
  /** One of the requests, as the command line takes it. */
  readonly example?: string;
  /** The rule that takes the example before, and after. */
  readonly from?: WrittenRule;
  readonly to?: WrittenRule;
  /** What else a reviewer should know. */
  readonly notes: readonly string[];
}
