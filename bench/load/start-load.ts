import type { LoadPlan } from '../workloads.ts';
import { startGenerator } from './generator.ts';
import { startH2load } from './h2load.ts';
import type { Load, LoadTarget } from './load.ts';
import { startWrk } from './wrk.ts';

/** The load of a workload; `rate` (requests a second) is for `paced` alone. */
export function startLoad(target: LoadTarget, plan: LoadPlan, rate: number): Load {
  switch (plan.tool) {
    case 'wrk': return startWrk(target, plan);
    case 'h2load': return startH2load(target, plan);
    case 'echo': return startGenerator(target, { protocol: plan.protocol, connections: plan.connections, streams: plan.streams, rate: 0 });
    case 'paced': return startGenerator(target, { protocol: 'paced', connections: plan.connections, streams: 1, rate });
  }
}
