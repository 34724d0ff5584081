import type { ProxySettings } from '../proxy/index.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';

const limits = {
  'head-bytes': 'headBytes', 'header-count': 'headerCount', 'url-bytes': 'urlBytes', 'body-bytes': 'bodyBytes',
  'trailer-bytes': 'trailerBytes', 'response-head-bytes': 'responseHeadBytes',
} as const;

const timeouts = {
  idle: 'idleMs', head: 'headMs', body: 'bodyMs', write: 'writeMs', request: 'requestMs', connect: 'connectMs',
  'upstream-idle': 'upstreamIdleMs', handshake: 'handshakeMs',
} as const;

export const proxyOptions: Readonly<Record<string, OptionSpec>> = {
  'trusted-proxy': { value: 'CIDR', repeats: true, help: 'Believe X-Forwarded-* and X-Request-Id of clients in this range; nobody if not given.' },
  limit: { value: 'NAME=BYTES', repeats: true, help: `Change a limit: ${Object.keys(limits).join(', ')}.` },
  timeout: { value: 'NAME=TIME', repeats: true, help: `Change a time-out, such as idle=30s; 0s is none: ${Object.keys(timeouts).join(', ')}.` },
};

/** The native data plane's settings from the options of a command. */
export function proxySettings(args: Arguments): ProxySettings {
  return {
    trustedProxies: args.values('trusted-proxy'),
    limits: pairs(args.values('limit'), limits, '--limit', size),
    timeouts: pairs(args.values('timeout'), timeouts, '--timeout', milliseconds),
  };
}

// oxlint-disable-next-line max-params -- one small reader for both kinds of pairs.
function pairs<V extends string>(texts: readonly string[], names: Readonly<Record<string, V>>, option: string, read: (text: string) => number | undefined): { [K in V]?: number } {
  const result: { [K in V]?: number } = {};
  for (const text of texts) {
    const [name = '', value = ''] = text.split('=', 2);
    const number = read(value);
    if (!Object.hasOwn(names, name)) throw new UsageError(`${option} ${text}: there is no ${name}; use ${Object.keys(names).join(', ')}`);
    if (number === undefined) throw new UsageError(`${option} ${text}: ${value} is not a value for it`);
    result[names[name]!] = number;
  }
  return result;
}

function size(text: string): number | undefined {
  const parts = /^(\d+)(Ki|Mi|Gi)?$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * { Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 }[parts[2] ?? '']! || Number(parts[1]);
}

function milliseconds(text: string): number | undefined {
  const parts = /^(\d+)(ms|s|m|h)$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[parts[2]!]!;
}
