import { setFlagsFromString } from 'node:v8';

/** A flag that is set from so many entries on, and stays. */
class Step {
  readonly #from: number;
  readonly #flag: string;
  #isSet = false;

  constructor(from: number, flag: string) {
    this.#from = from;
    this.#flag = flag;
  }

  take(entries: number): void {
    if (this.#isSet || entries <= this.#from) return;
    this.#isSet = true;
    setFlagsFromString(this.#flag);
  }
}

/** The old generation is kept within half as much again as what lives, where V8 would let it grow to several times that. */
const tightness = new Step(2000, '--heap-growing-percent=50');
/** Lists of that many live from one edit to the next: a small young generation would copy them again and again and let them grow old. */
const room = new Step(8000, '--semi-space-growth-factor=2');

/** Has garbage of a data plane collected as so many entries of its configuration need it; not in its workers. */
export function collectForEntries(entries: number): void {
  tightness.take(entries);
}

/** Has garbage of a controller collected as so many routes need it. */
export function collectForRoutes(routes: number): void {
  tightness.take(routes);
  room.take(routes);
}
