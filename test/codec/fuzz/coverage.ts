import { type Profiler, Session } from 'node:inspector';

/** Code whose paths guide the fuzzer. */
const codec = /\/src\/proxy\//;

/** How often something ran, as a power of two: running a loop once more is no news, twice as often is. */
function magnitude(count: number): number {
  return 32 - Math.clz32(count);
}

/** Which places of the code were reached, and how often, as V8 counts blocks. */
export class Coverage {
  private readonly session = new Session();
  private readonly seen = new Map<string, Set<string>>();

  constructor() {
    this.session.connect();
    this.post('Profiler.enable');
    this.session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    this.take();
  }

  /** What ran since the last look. */
  take(): Profiler.ScriptCoverage[] {
    let result: Profiler.ScriptCoverage[] = [];
    // The session is of this thread, so the answer is there when `post` returns.
    this.session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error === null) result = answer.result;
    });
    return result.filter(({ url }) => codec.test(url));
  }

  /** What was reached since the last look and never before, for this target. */
  news(target: string): string[] {
    const seen = this.seen.get(target);
    const places = new Set<string>();
    for (const { scriptId, functions } of this.take()) {
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) if (count > 0) places.add(`${scriptId} ${startOffset} ${endOffset} ${magnitude(count)}`);
      }
    }
    return [...places].filter((place) => seen?.has(place) !== true);
  }

  /** These are no news any more. */
  keep(target: string, places: readonly string[]): void {
    const seen = this.seen.get(target) ?? new Set();
    this.seen.set(target, seen);
    for (const place of places) seen.add(place);
  }

  /** Places that were reached so far. */
  placesOf(target: string): number {
    return this.seen.get(target)?.size ?? 0;
  }

  private post(method: 'Profiler.enable'): void {
    this.session.post(method);
  }
}
