/**
 * The gRPC status of an answer that Postern makes itself: the mapping of HTTP statuses in the gRPC protocol, and for a time-out the
 * code that a deadline has; GRPCRoute asks for UNAVAILABLE where a backend is invalid.
 */
export function grpcStatusOf(status: number): number {
  switch (status) {
    case 400: case 431: return 13;
    case 401: return 16;
    case 403: return 7;
    case 404: return 12;
    case 408: case 504: return 4;
    case 413: return 8;
    case 429: case 500: case 502: case 503: return 14;
    default: return 2;
  }
}

/** Percent-encodes a message for grpc-message. */
export function grpcMessage(text: string): string {
  return encodeURI(text);
}

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 0.001, n: 0.000_001 };

/** Milliseconds of a grpc-timeout such as `250m`, rounded up, or undefined where there is none that can be read. */
export function grpcTimeoutMs(value: string | undefined): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(value ?? '');
  return match === null ? undefined : Math.max(1, Math.ceil(Number(match[1]) * (unitMs[match[2] as string] as number)));
}
