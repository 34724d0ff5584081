/** What is known of a request when its endpoint is chosen. */
export interface Hint {
  /** The endpoint with this token, if it may be asked now (session persistence). */
  readonly token?: string | undefined;
  /** Requests with the same number go to the same endpoint where the backend is balanced by hash; 32 bits. */
  readonly hash?: number | undefined;
}

/** An endpoint, as far as a choice among several needs to know it. */
export interface Candidate {
  /** Stable, and its own in its backend. */
  readonly key: string;
  /** Requests and connections under way. */
  readonly active: number;
}

/** Chooses among the endpoints of one backend that may be asked now. */
export interface Balancer<E extends Candidate> {
  /** The endpoints from now on, in a stable order. */
  set(candidates: readonly E[]): void;
  /** One that is not among `failed`, or any where all are; undefined where there is none. */
  next(hash: number | undefined, failed: readonly E[] | undefined): E | undefined;
}
