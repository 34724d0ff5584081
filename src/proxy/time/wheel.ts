/** Length of one step, milliseconds. */
const stepMs = 20;
const slotCount = 512;

/** One deadline that can be moved for the cost of a store; `fire` runs once when it passes. */
export class Timer {
  /** Step at which to fire; Infinity while disarmed. */
  deadline = Infinity;
  /** Step at which the slot that holds this is looked at; Infinity while in no slot. */
  due = Infinity;
  before: Timer | undefined;
  after: Timer | undefined;
  readonly fire: () => void;

  constructor(fire: () => void) {
    this.fire = fire;
  }
}

/**
 * A coarse timer wheel: moving a deadline later only stores a number, the slot is corrected when it comes round.
 * So a connection costs one entry, and a request no timer of its own. Steps of 20 ms; never early, late by up to two steps.
 */
export class TimerWheel {
  private readonly slots: Timer[] = [];
  /** The current step; a time stamp for `elapsedSince`. */
  now = 0;
  private linked = 0;
  private interval: NodeJS.Timeout | undefined;

  constructor() {
    for (let i = 0; i < slotCount; i++) {
      const ring = new Timer(() => undefined);
      ring.before = ring.after = ring;
      this.slots.push(ring);
    }
  }

  /** Fires `timer` in `ms` milliseconds, in place of any earlier deadline; 0 disarms. */
  arm(timer: Timer, ms: number): void {
    if (ms <= 0) {
      timer.deadline = Infinity;
      return;
    }
    if (this.interval === undefined) this.start();
    timer.deadline = this.now + Math.ceil(ms / stepMs) + 1;
    if (timer.due <= timer.deadline) return;
    this.remove(timer, timer.deadline);
    this.link(timer);
  }

  /** Takes the timer out for good (or until it is armed again). */
  remove(timer: Timer, deadline = Infinity): void {
    timer.deadline = deadline;
    if (timer.before === undefined || timer.after === undefined) return;
    timer.before.after = timer.after;
    timer.after.before = timer.before;
    timer.before = timer.after = undefined;
    timer.due = Infinity;
    this.linked--;
  }

  /** Milliseconds since the time stamp, in whole steps. */
  elapsedSince(stamp: number): number {
    return (this.now - stamp) * stepMs;
  }

  /** Ends the clock; nothing fires any more. */
  stop(): void {
    clearInterval(this.interval);
    this.interval = undefined;
  }

  private link(timer: Timer): void {
    timer.due = Math.min(timer.deadline, this.now + slotCount - 1);
    const ring = this.slots[timer.due % slotCount] as Timer;
    timer.before = ring.before;
    timer.after = ring;
    (ring.before as Timer).after = timer;
    ring.before = timer;
    this.linked++;
  }

  private start(): void {
    this.now = Math.floor(performance.now() / stepMs);
    this.interval = setInterval(() => this.advance(), stepMs).unref();
  }

  private advance(): void {
    const target = Math.floor(performance.now() / stepMs);
    while (this.now < target) {
      this.now++;
      this.turn(this.slots[this.now % slotCount] as Timer);
    }
    if (this.linked === 0) this.stop();
  }

  private turn(ring: Timer): void {
    const last = ring.before;
    let timer = ring.after as Timer;
    while (timer !== ring) {
      const { deadline } = timer;
      this.remove(timer, deadline);
      const fires = deadline <= this.now;
      if (fires) timer.deadline = Infinity;
      else if (deadline !== Infinity) this.link(timer);
      const isLast = timer === last;
      if (fires) timer.fire();
      if (isLast) return;
      timer = ring.after as Timer;
    }
  }
}
