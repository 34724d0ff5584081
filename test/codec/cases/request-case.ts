/** How a case in the corpus of requests is written. Each is followed by another request on the same connection, the canary. */

export type Expectation =
  /** Answered with the status and closed; the backend gets no byte, the canary no answer. */
  | { readonly kind: 'refused'; readonly status: number }
  /** As refused, but only found in the body: the backend may get a part that never becomes whole. */
  | { readonly kind: 'cut'; readonly status: number }
  /** The backend gets this one request, then the canary (unless the connection ends with this request). */
  | {
    readonly kind: 'forwarded';
    readonly target?: string;
    readonly host?: string;
    readonly body?: string;
    /** Names that the forwarded head or trailers must not have. */
    readonly lacks?: readonly string[];
    /** Names that it must have, with their one value. */
    readonly has?: Readonly<Record<string, string>>;
    readonly method?: string;
    /** The connection ends with this request: the canary is not read. */
    readonly closes?: boolean;
    /** What comes behind this request is refused with the status, and the canary is not read. */
    readonly then?: number;
  }
  /** Incomplete whatever follows: no answer, and no whole request for the backend. The client ends its side. */
  | { readonly kind: 'waits' };

export interface RequestCase {
  readonly family: string;
  readonly name: string;
  readonly raw: string;
  readonly expect: Expectation;
}

export type CaseOf = Omit<RequestCase, 'family'>;

export function family(name: string, cases: readonly CaseOf[]): RequestCase[] {
  return cases.map((entry) => ({ family: name, ...entry }));
}

/** A request with a Host, further lines (without CRLF) and a body. */
export function request(lines: readonly string[], body = '', line = 'POST / HTTP/1.1'): string {
  return `${[line, 'Host: a', ...lines].join('\r\n')}\r\n\r\n${body}`;
}

export function refused(name: string, raw: string, status = 400): CaseOf {
  return { name, raw, expect: { kind: 'refused', status } };
}

export function cut(name: string, raw: string, status = 400): CaseOf {
  return { name, raw, expect: { kind: 'cut', status } };
}

export function waits(name: string, raw: string): CaseOf {
  return { name, raw, expect: { kind: 'waits' } };
}

export function forwarded(name: string, raw: string, expect: Omit<Extract<Expectation, { kind: 'forwarded' }>, 'kind'> = {}): CaseOf {
  return { name, raw, expect: { kind: 'forwarded', ...expect } };
}
