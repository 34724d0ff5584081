/** h2load: HTTP/2 as fast as it goes, in clear and over TLS. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { grpcMessage } from '../grpc-message.ts';
import { outputOf, type Load, type LoadResult, type LoadTarget } from './load.ts';

export interface H2loadOptions {
  readonly connections: number;
  /** Requests at once on each connection. */
  readonly streams: number;
  /** POST of one gRPC message in place of GET. */
  readonly grpc?: true;
}

export function startH2load(target: LoadTarget, options: H2loadOptions): Load {
  const log = join(target.folder, 'h2load.log');
  rmSync(log, { force: true });
  const { host, path } = target.requests[0]!;
  const scheme = target.front === 'h2' ? 'https' : 'http';
  const args = [
    '-t1', `-c${options.connections}`, `-m${options.streams}`, `-D${target.seconds}`, `--log-file=${log}`, '-H', `:authority: ${host}`, '-H', 'user-agent: bench/1',
    ...(options.grpc === true ? grpcArguments(target.folder) : ['-H', 'accept: application/json']), `${scheme}://${target.address}:${target.port}${path}`,
  ];
  const child = target.children.start({ name: 'h2load', core: target.core, command: 'h2load', args, stdout: 'pipe' });
  return { child, result: outputOf(child).then((text) => readResult({ text, log, options, seconds: target.seconds })) };
}

function grpcArguments(folder: string): readonly string[] {
  const file = join(folder, 'message.bin');
  writeFileSync(file, grpcMessage);
  return ['-d', file, '-H', 'content-type: application/grpc', '-H', 'te: trailers'];
}

interface Output {
  readonly text: string;
  readonly log: string;
  readonly options: H2loadOptions;
  readonly seconds: number;
}

/** Latencies come from the log (start, status, microseconds), since h2load itself says only their mean. */
function readResult({ text, log, options, seconds }: Output): LoadResult {
  const counts = /requests: .*?(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/.exec(text);
  const data = /traffic: .*\((\d+)\) data/.exec(text);
  if (counts === null || data === null) throw new Error(`h2load gave no result:\n${text}`);
  const units = Number(counts[1]);
  const lines = readFileSync(log, 'latin1').split('\n');
  const latencies = Float64Array.from(lines.slice(0, -1), (line) => Number(line.slice(line.lastIndexOf('\t') + 1))).sort();
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
  // A gRPC call that failed is an answer 200 without a message; what is under way at the end may be counted either way.
  const underWay = options.connections * options.streams;
  const empty = options.grpc === true ? Math.max(0, units - underWay - Math.floor(Number(data[1]) / grpcMessage.length)) : 0;
  return {
    units, microseconds: seconds * 1e6, p50Us: at(0.5), p99Us: at(0.99), maxUs: at(1),
    errors: { failed: Number(counts[2]), timeout: Number(counts[4]), empty },
  };
}
