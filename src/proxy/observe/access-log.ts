import type { ProxyOptions } from '../options.ts';
import { LogFile } from './log-file.ts';
import { type LineForm, requestLine, streamLine } from './log-line.ts';
import type { Observation, Observer, Watch } from './observation.ts';
import type { StreamObservation } from './stream-observation.ts';

/** Writes a line for each request, connection of layer 4 and UDP session that has ended. */
export class AccessLog implements Observer {
  private readonly file: Pick<LogFile, 'add' | 'close'>;
  private readonly form: LineForm;

  constructor(file: Pick<LogFile, 'add' | 'close'>, form: LineForm) {
    this.file = file;
    this.form = form;
  }

  finished(observation: Observation): void {
    if (observation.facts !== undefined) this.file.add(requestLine(observation, observation.facts, this.form));
  }

  streamFinished(observation: StreamObservation): void {
    this.file.add(streamLine(observation, this.form));
  }

  close(): void {
    this.file.close();
  }
}

/** Begins to write lines. Throws the system's error where the file cannot be opened. */
export function openAccessLog({ to, ...form }: NonNullable<ProxyOptions['accessLog']>, watch: Watch & { readonly observers: Observer[] }): AccessLog {
  const log = new AccessLog(new LogFile(to, (lines) => { watch.stats.logLinesDropped += lines; }), form);
  watch.observers.push(log);
  return log;
}
