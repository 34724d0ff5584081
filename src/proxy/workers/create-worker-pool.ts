import type { WorkerPool, WorkerPoolOptions } from './worker-pool.ts';

/** Starts worker processes that share ports and one configuration. Loaded late: most programs serve in their own process. */
export async function createWorkerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const { NativeWorkerPool } = await import('./worker-pool.ts');
  return new NativeWorkerPool(options);
}
