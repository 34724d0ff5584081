import type { ApplyReport, ListenerReport } from '../../contract/index.ts';
import type { Ir, SocketKey } from '../../ir/index.ts';

/** What became of an IR in all workers: a listener serves where it serves in each, and else fails for the first reason. */
export function joinReports(ir: Ir, reports: readonly ApplyReport[], failures: ReadonlyMap<SocketKey, ListenerReport>): ApplyReport {
  const listeners = Object.entries({ ...ir.listeners, ...ir.streamListeners }).map(([key, { socket }]): [string, ListenerReport] => {
    const each = reports.map((report) => report.listeners[key]).filter((it) => it !== undefined);
    return [key, failures.get(socket) ?? each.find((it) => it.state === 'failed') ?? each[0] ?? noWorker];
  });
  return { listeners: Object.fromEntries(listeners) };
}

const noWorker: ListenerReport = { state: 'failed', reason: 'Invalid', message: 'No worker process runs that could serve it' };
