/** A user of one protocol: takes a step at a time, and begins anew after a failure. */

export interface Visit {
  /** One exchange; rejects when it fails in any way. */
  step(): Promise<void>;
  /** Ends as a good client does; rejects when the other side does not. */
  close(): Promise<void>;
}

export interface Protocol {
  readonly name: string;
  open(): Promise<Visit>;
  /** Steps of a visit before it is closed and another opened. */
  readonly stepsOfVisit: number;
}

export interface Failure {
  readonly protocol: string;
  /** Milliseconds since the epoch, when it was seen. */
  readonly at: number;
  readonly message: string;
}

export const stepLimitMs = 10_000;

/** Settles as the promise does, or rejects after the limit. */
export function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${what} took longer than ${stepLimitMs / 1000} s`)), stepLimitMs);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
