import { availableParallelism } from 'node:os';

/** Which core each part is pinned to. */
export interface Cores {
  readonly proxy: number;
  readonly load: number;
  readonly backend: number;
}

/** The proxy has core 0 alone; load and backend share the other where there are only two. */
export function chooseCores(): Cores {
  if (availableParallelism() < 2) throw new Error('the bench needs two cores: one for the proxy, one for the load');
  return { proxy: 0, load: 1, backend: availableParallelism() > 2 ? 2 : 1 };
}
