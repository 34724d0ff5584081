/** wrk: HTTP/1.1 as fast as it goes, in clear and over TLS. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultLine, type Load, type LoadTarget } from './load.ts';

export interface WrkOptions {
  readonly connections: number;
  /** In place of the requests' own paths. */
  readonly path?: string;
  /** POST with a body of this size. */
  readonly uploadBytes?: number;
  /** Each request on a connection of its own. */
  readonly close?: true;
  /** How long each connection waits before its next request; absent: not at all. */
  readonly pauseMs?: number;
}

export function startWrk(target: LoadTarget, options: WrkOptions): Load {
  const requestsFile = join(target.folder, 'requests.txt');
  writeFileSync(requestsFile, target.requests.map((line) => `${line.host} ${options.path ?? line.path}\n`).join(''));
  const scheme = target.front === 'https' ? 'https' : 'http';
  const args = [
    '-t1', `-c${options.connections}`, `-d${target.seconds}s`, '--timeout', '5s', '--latency', '-s', join(import.meta.dirname, 'wrk.lua'),
    `${scheme}://${target.address}:${target.port}`, '--',
    requestsFile, String(options.pauseMs ?? 0), String(options.uploadBytes ?? 0), options.close === true ? 'close' : 'keep',
  ];
  const child = target.children.start({ name: 'wrk', core: target.core, command: 'wrk', args, stdout: 'pipe' });
  return { child, result: resultLine(child) };
}
