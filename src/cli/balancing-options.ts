import type { Balancing, Ejection } from '../ir/index.ts';
import { gentleEjection, type ProxySettings } from '../proxy/index.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';
import { milliseconds } from './milliseconds.ts';

/** How endpoints of backends are chosen where their Services do not say. */
export const balancingOptions: Readonly<Record<string, OptionSpec>> = {
  balancing: { value: 'METHOD', help: 'How endpoints are chosen: round-robin (if not given), least-request, hash=source, hash=header:NAME, hash=cookie:NAME.' },
  ejection: { value: 'MODE', choices: ['connect', 'errors', 'off'], help: 'Leave endpoints out for a while that fail in a row: connect (if not given), also by 502 to 504 with errors, or off.' },
  'slow-start': { value: 'TIME', help: 'Let the part of a new endpoint grow over this time, such as 30s.' },
};

export function balancingSettings(args: Arguments): Pick<ProxySettings, 'balancing' | 'ejection' | 'slowStartMs'> {
  const method = args.value('balancing');
  const mode = args.value('ejection');
  const time = args.value('slow-start');
  return {
    ...(method === undefined ? {} : { balancing: balancingOf(method) }),
    ...(mode === undefined ? {} : { ejection: mode === 'off' ? mode : { ...gentleEjection, on: mode as Ejection['on'] } }),
    ...(time === undefined ? {} : { slowStartMs: timeOf(time) }),
  };
}

/** Field names (RFC 9110 section 5.1) and cookie names (RFC 6265 section 4.1.1) are tokens. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function balancingOf(text: string): Balancing {
  if (text === 'round-robin' || text === 'least-request') return { kind: text };
  if (text === 'hash=source') return { kind: 'hash', on: { kind: 'source' } };
  const [, kind, name = ''] = /^hash=(header|cookie):(.*)$/.exec(text) ?? [];
  if (!token.test(name)) throw new UsageError(`--balancing ${text}: use round-robin, least-request, hash=source, hash=header:NAME or hash=cookie:NAME`);
  return { kind: 'hash', on: kind === 'header' ? { kind, name: name.toLowerCase() } : { kind: 'cookie', name } };
}

function timeOf(text: string): number {
  const ms = milliseconds(text);
  if (ms === undefined) throw new UsageError(`--slow-start ${text}: write a number with its unit, such as 500ms, 30s or 2m`);
  return ms;
}
