import type { Ir, IrChange, ListenerKey } from '../ir/index.ts';
import type { DataPlaneState } from './data-planes.ts';
import type { PlaneReport } from './plane-report.ts';

/** How data planes of one kind are told their Gateway's configuration, and what they made of it. Gateways are named `namespace/name`. */
export interface Lane {
  /** Those that were told something and were not forgotten. */
  readonly gateways: Iterable<string>;
  has(gateway: string): boolean;
  /** Keys of the listeners that it was told of. */
  listenersOf(gateway: string): ReadonlySet<ListenerKey>;
  /** `change`: what is other in the IR than when it was handed the last time; undefined: anything. */
  hand(gateway: string, ir: Ir, change: IrChange | undefined): void;
  /** Changes of the IR are not told for now: it begins anew the next time. */
  miss(gateway: string): void;
  /** The Gateway is no more. */
  forget(gateway: string): void;
  /** What the data planes that follow this process made of it. */
  report(gateway: string): PlaneReport;
  /** Whether data planes follow this process. */
  hasPlanes(gateway: string): boolean;
  statesOf(gateway: string): readonly Omit<DataPlaneState, 'gateway'>[];
}
