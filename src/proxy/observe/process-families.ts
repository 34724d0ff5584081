import { readdirSync } from 'node:fs';
import type { monitorEventLoopDelay } from 'node:perf_hooks';
import { counter, gauge, gauges, type MetricFamily } from '../../contract/index.ts';

/** How late the event loop may look before it is noticed, milliseconds. */
const lagResolutionMs = 20;

type Lag = ReturnType<typeof monitorEventLoopDelay>;

/** The figures of this process, by the names that all Prometheus clients give them. */
export class ProcessFigures {
  private lag: Lag | undefined;

  /** Measures the event loop from the first call on: since the last one after that. */
  families(): MetricFamily[] {
    const { user, system } = process.cpuUsage();
    return [
      counter('process_cpu_seconds_total', 'Processor time, user and system.', (user + system) / 1e6),
      ...fromFile(() => [gauge('process_resident_memory_bytes', 'Memory that is in use.', process.memoryUsage.rss())]),
      gauge('nodejs_heap_size_used_bytes', 'Memory of JavaScript objects.', process.getBuiltinModule('node:v8').getHeapStatistics().used_heap_size),
      { ...gauge('process_start_time_seconds', 'When the process began, in seconds since 1970.', Math.round(Date.now() / 1000 - process.uptime())), merge: 'max' },
      ...fromFile(openFiles),
      gauges({ name: 'postern_event_loop_lag_seconds', help: 'How late the event loop ran since it was last asked.', merge: 'max' }, this.lags()),
    ];
  }

  private lags(): [[[string, string]], number][] {
    if (this.lag === undefined) {
      this.lag = process.getBuiltinModule('node:perf_hooks').monitorEventLoopDelay({ resolution: lagResolutionMs });
      this.lag.enable();
      return [];
    }
    const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - lagResolutionMs / 1000);
    const { lag } = this;
    const result: [[[string, string]], number][] = [50, 99, 100].map((percent) => [[['quantile', String(percent / 100)]], seconds(lag.percentile(percent))]);
    lag.reset();
    return result;
  }

  stop(): void {
    this.lag?.disable();
  }
}

/** Figures that the system tells through a file. Without a descriptor for it they are left out: the others are needed most then. */
function fromFile(read: () => MetricFamily[]): MetricFamily[] {
  try {
    return read();
  } catch {
    // EMFILE or ENFILE.
    return [];
  }
}

/** Where the system tells: Linux. */
function openFiles(): MetricFamily[] {
  if (process.platform !== 'linux') return [];
  try {
    return [gauge('process_open_fds', 'Open file descriptors.', readdirSync('/proc/self/fd').length)];
  } catch {
    // With no descriptor left there is none to count them with, and the other figures are the more wanted.
    return [];
  }
}
