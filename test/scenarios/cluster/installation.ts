/** Postern in the cluster: what carries the controller, and how it is asked about it. */
export interface Installation {
  /** Starts it and waits until it does its work. */
  start(): Promise<void>;
  /** Starts it where the Gateway API may not be there yet: without a class, and without waiting. */
  startEarly(): Promise<void>;
  stop(): Promise<void>;
  /** Ends the controller without notice and has it started again. */
  kill(): Promise<void>;
  /** Waits until it does its work. */
  untilReady(seconds: number): Promise<void>;
  /** Whether it runs, and whether it says that it does its work. */
  state(): Promise<{ readonly isRunning: boolean; readonly isReady: boolean; readonly restarts: number }>;
  /** What it has logged since it was started. */
  log(): Promise<string>;
  remove(): Promise<void>;
}
