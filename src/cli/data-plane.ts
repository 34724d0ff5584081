import { availableParallelism } from 'node:os';
import { createProxy, createWorkerPool, type Proxy, type ProxySettings } from '../proxy/index.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';
import { wholeNumber } from './whole-number.ts';

export const dataPlaneOptions: Readonly<Record<string, OptionSpec>> = {
  workers: { value: 'N', help: 'Serve with N worker processes that share the ports, or auto for one a core; 1 (if not given) serves in this process.' },
  'drain-delay': { value: 'SECONDS', help: 'Time between the signal to end and the end of accepting, for load balancers to notice; 0 if not given.' },
  'drain-time': { value: 'SECONDS', help: 'Time for open requests at the end; 10 if not given.' },
};

/** What a data plane of the command line can do beyond a proxy. */
export interface DataPlane extends Proxy {
  /** Puts new processes in the place of the workers, where there are any. */
  replaceAll?(graceMs: number): Promise<void>;
}

/** The data plane that the options ask for. `say` hears what happens to workers. */
export async function dataPlane(args: Arguments, settings: ProxySettings, say: (line: string) => void): Promise<DataPlane> {
  const count = workerCount(args);
  try {
    return count === 1 ? createProxy(settings, { say }) : await createWorkerPool({ count, settings, say });
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** More would not fit any machine that this is meant for. */
const mostWorkers = 256;

function workerCount(args: Arguments): number {
  if (args.value('workers') === 'auto') return availableParallelism();
  const text = args.value('workers') ?? '1';
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > mostWorkers) throw new UsageError(`--workers ${text}: give a number from 1 to ${mostWorkers}, or auto`);
  return count;
}

export interface DrainTimes {
  readonly delayMs: number;
  readonly graceMs: number;
}

export function drainTimes(args: Arguments): DrainTimes {
  return { delayMs: wholeNumber(args, 'drain-delay', 0) * 1000, graceMs: wholeNumber(args, 'drain-time', 10) * 1000 };
}

/** On SIGUSR2 workers are replaced, as after an upgrade or where memory has to be given back; SIGHUP is left to log files. */
export function replaceOnSignal(plane: Pick<DataPlane, 'replaceAll'>, graceMs: number, say: (line: string) => void): void {
  process.on('SIGUSR2', () => {
    if (plane.replaceAll === undefined) return say('SIGUSR2 replaces workers, and there are none; see --workers.');
    say('Replacing the workers.');
    plane.replaceAll(graceMs).then(() => say('The workers are replaced.'), (error: unknown) => say(`The workers could not be replaced: ${String(error)}`));
  });
}
