import { readFileSync } from 'node:fs';
import type { ProxySettings } from '../proxy/index.ts';
import { balancingOptions, balancingSettings } from './balancing-options.ts';
import { frontOptions, frontSettings } from './front-options.ts';
import { milliseconds } from './milliseconds.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';
import { fileTrouble } from './file-trouble.ts';

const limits = {
  'head-bytes': 'headBytes', 'header-count': 'headerCount', 'url-bytes': 'urlBytes', 'body-bytes': 'bodyBytes',
  'trailer-bytes': 'trailerBytes', 'response-head-bytes': 'responseHeadBytes', 'hello-bytes': 'helloBytes', 'udp-sessions': 'udpSessions', connections: 'connections',
  'endpoint-requests': 'endpointRequests', 'waiting-requests': 'waitingRequests',
} as const;

const timeouts = {
  idle: 'idleMs', head: 'headMs', body: 'bodyMs', write: 'writeMs', request: 'requestMs', auth: 'authMs', connect: 'connectMs',
  'upstream-idle': 'upstreamIdleMs', handshake: 'handshakeMs', 'stream-idle': 'streamIdleMs', 'udp-idle': 'udpIdleMs', waiting: 'waitingMs',
} as const;

export const proxyOptions: Readonly<Record<string, OptionSpec>> = {
  ...frontOptions,
  'session-key': { value: 'FILE', help: 'Seal the tokens of client sessions with the text of this file; the same for all replicas.' },
  limit: { value: 'NAME=N', repeats: true, help: `Change a limit, such as body-bytes=10Mi: ${Object.keys(limits).join(', ')}.` },
  timeout: { value: 'NAME=TIME', repeats: true, help: `Change a time-out, such as idle=30s; 0s is none: ${Object.keys(timeouts).join(', ')}.` },
  ...balancingOptions,
};

/** The native data plane's settings from the options of a command. */
export function proxySettings(args: Arguments): ProxySettings {
  return {
    ...frontSettings(args),
    ...sessionKey(args.value('session-key')),
    limits: limitSettings(args),
    ...balancingSettings(args),
    timeouts: pairs(args.values('timeout'), timeouts, { option: '--timeout', form: 'a number with its unit, such as 500ms, 30s or 2m', read: milliseconds }),
  };
}

/** Limits that may be 0: no bodies, no sessions, nobody waits. With another of 0 nothing could be served. */
const mayBeZero: ReadonlySet<string> = new Set(['bodyBytes', 'trailerBytes', 'udpSessions', 'waitingRequests']);
/** What the codec has room for. */
const mostFields = 256;

function limitSettings(args: Arguments): NonNullable<ProxySettings['limits']> {
  const given = pairs(args.values('limit'), limits, { option: '--limit', form: 'a number such as 65536 or 64Ki', read: size });
  for (const [name, field] of Object.entries(limits)) {
    if (given[field] === 0 && !mayBeZero.has(field)) throw new UsageError(`--limit ${name}=0: nothing could be served; leave it out for no other limit than the usual one`);
  }
  if ((given.headerCount ?? 0) > mostFields) throw new UsageError(`--limit header-count=${given.headerCount}: give a number from 1 to ${mostFields}`);
  return given;
}

/** Shorter ones could be tried out. */
const leastKeyBytes = 16;

function sessionKey(file: string | undefined): { readonly sessionKey?: string } {
  if (file === undefined) return {};
  try {
    const key = readFileSync(file, 'utf8').trim();
    if (Buffer.byteLength(key) >= leastKeyBytes) return { sessionKey: key };
  } catch (error) {
    throw new UsageError(`--session-key ${file}: ${fileTrouble(error)}`, { cause: error });
  }
  throw new UsageError(`--session-key ${file}: the key is shorter than ${leastKeyBytes} bytes; make one with: openssl rand -base64 32`);
}

interface PairForm {
  readonly option: string;
  /** What a value looks like, for messages. */
  readonly form: string;
  read(text: string): number | undefined;
}

function pairs<V extends string>(texts: readonly string[], names: Readonly<Record<string, V>>, { option, form, read }: PairForm): { [K in V]?: number } {
  const result: { [K in V]?: number } = {};
  for (const text of texts) {
    const [name = '', value = ''] = text.split('=', 2);
    if (!Object.hasOwn(names, name)) throw new UsageError(`${option} ${text}: there is no ${name}; use ${Object.keys(names).join(', ')}`);
    const number = read(value);
    if (number === undefined) throw new UsageError(`${option} ${text}: write ${name}= and ${form}`);
    result[names[name]!] = number;
  }
  return result;
}

function size(text: string): number | undefined {
  const parts = /^(\d+)(Ki|Mi|Gi)?$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 }[parts[2] ?? '']! || Number(parts[1]);
}
