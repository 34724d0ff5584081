/** proxy: the native data plane, HTTP/1.1 on raw sockets, driven by the IR alone. May import ir, contract and base. */
export { createProxy, type Proxy } from './proxy.ts';
export { createWorkerPool } from './workers/create-worker-pool.ts';
export type { WorkerPool, WorkerPoolOptions } from './workers/worker-pool.ts';
export type { Place } from './listen/bound-door.ts';
export { gentleEjection } from './options.ts';
export type { Limits, ProxyOptions, ProxySettings, Timeouts } from './options.ts';
export type { ProxyStats } from './stats.ts';
export { JoinedMetrics, mergeFamilies } from './observe/joined-metrics.ts';
export type { RecentLines } from './observe/log-tail.ts';
export { ProcessFigures } from './observe/process-families.ts';
export { nativeCapabilities } from './capabilities.ts';
export { irText, irFromText } from './workers/ir-text.ts';
export { rehearse } from './rehearsal/rehearse.ts';
export { rehearseConnection } from './rehearsal/rehearse-connection.ts';
