/** Upper bounds of the duration histogram, seconds. */
export const durationBounds: readonly number[] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const boundsMs = Float64Array.from(durationBounds, (seconds) => seconds * 1000);

/** Status codes of the IANA registry: only these get a series of their own, so that a backend cannot make series at will. */
const registered = [
  100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409,
  410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
];

/** What a slot counts: a code, or `2xx` for all others of its class; the first is for requests that ended without an answer. */
const slotNames: readonly string[] = ['none', ...registered.map(String), '1xx', '2xx', '3xx', '4xx', '5xx', 'other'];

const slotOf = Uint8Array.from({ length: 1000 }, (_, status) => {
  if (status === 0) return 0;
  const own = registered.indexOf(status);
  if (own >= 0) return own + 1;
  const byClass = slotNames.indexOf(`${Math.floor(status / 100)}xx`);
  return byClass >= 0 ? byClass : slotNames.length - 1;
});

/** Requests of one listener to one backend: plain numbers, so that counting costs next to nothing. */
export class RequestMeter {
  /** By slot of the status. */
  private readonly counts = new Float64Array(slotNames.length);
  /** Requests by duration; the last one is for those above all bounds. */
  readonly durations: Float64Array = new Float64Array(boundsMs.length + 1);
  durationMs = 0;
  /** Bytes of bodies, as they came. */
  received = 0;
  sent = 0;

  /** Counts a request that has ended. `status`: 0 where none was sent. */
  count(status: number, ms: number): void {
    const slot = slotOf[status] ?? slotNames.length - 1;
    this.counts[slot] = (this.counts[slot] as number) + 1;
    let bucket = 0;
    while (ms > (boundsMs[bucket] as number)) bucket++;
    this.durations[bucket] = (this.durations[bucket] as number) + 1;
    this.durationMs += ms;
  }

  /** Requests so far by code (`200`, `none`), where there were any. */
  get codes(): (readonly [code: string, count: number])[] {
    return slotNames.flatMap((name, slot): [string, number][] => (this.counts[slot] === 0 ? [] : [[name, this.counts[slot] as number]]));
  }
}
