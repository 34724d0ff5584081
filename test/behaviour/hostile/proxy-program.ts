/** The process of `proxy-process.ts`: takes an order, serves it, and reports when asked. */
import { getHeapStatistics } from 'node:v8';
import { createProxy, type Proxy } from '../../../src/proxy/index.ts';
import type { Order, Question, Report } from './proxy-process.ts';

let proxy: Proxy | undefined;

async function serve({ ir, settings }: Order): Promise<number> {
  proxy = createProxy(settings);
  const { listeners } = await proxy.apply(ir);
  const failed = Object.entries(listeners).find(([, { state }]) => state !== 'serving');
  if (failed !== undefined) throw new Error(`${failed[0]} does not serve: ${JSON.stringify(failed[1])}`);
  return (Object.values(proxy.bound())[0] as { port: number }).port;
}

function report(serving: Proxy): Report {
  // Unlike process.memoryUsage this takes no descriptor, of which there may be none.
  const { used_heap_size: heapUsed, external_memory: external } = getHeapStatistics();
  return { stats: serving.stats(), peakBytes: process.resourceUsage().maxRSS * 1024, liveBytes: heapUsed + external };
}

process.on('message', (message: Order | Question) => {
  if (message === 'collect') globalThis.gc?.();
  if (typeof message === 'object') void serve(message).then((port) => process.send?.(port));
  else if (proxy !== undefined) process.send?.(report(proxy));
});
process.on('disconnect', () => process.exit(0));
