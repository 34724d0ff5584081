import type { ControllerOptions, DataPlaneState } from '../controller/index.ts';
import { createProxy } from '../proxy/index.ts';
import type { ClusterAccess, ClusterSource } from '../source/index.ts';
import { addressBook } from './address-options.ts';
import type { Arguments } from './command.ts';
import { proxySettings } from './proxy-settings.ts';

/** What carries the traffic of a cluster's Gateways. */
export interface ClusterPlane extends Pick<ControllerOptions, 'addresses' | 'apply'> {
  /** Whether this process writes to the cluster. */
  lead(leads: boolean): void;
  /** What each data plane has; absent where this process is the only one. */
  dataPlanes?(): readonly DataPlaneState[];
  close(graceMs: number): Promise<void>;
}

export interface PlaneWorld {
  readonly access: ClusterAccess;
  find: ClusterSource['find'];
  all: ClusterSource['all'];
  /** Something changed at the data planes. */
  onNews(): void;
  onTrouble(message: string): void;
}

/** The data plane is this process, on addresses of this machine. */
export async function ownPlane(args: Arguments): Promise<ClusterPlane> {
  const proxy = createProxy(proxySettings(args));
  return { addresses: await addressBook(args), apply: (ir, _, change) => proxy.apply(ir, change), lead: () => undefined, close: (graceMs) => proxy.close(graceMs) };
}
