import type { ProxySettings } from '../proxy/index.ts';
import { addressRanges } from './address-range.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';
import { wholeNumber } from './whole-number.ts';

/** Options about the proxies in front of this one: whose word about clients counts. */
export const frontOptions: Readonly<Record<string, OptionSpec>> = {
  'trusted-proxy': { value: 'CIDR', repeats: true, help: 'Believe X-Forwarded-* and X-Request-Id of clients in this range; nobody if not given.' },
  'trusted-hops': { value: 'N', help: 'Behind N proxies, whatever their addresses: believe whoever connects, and take the client from that place of X-Forwarded-For.' },
  'proxy-protocol-from': { value: 'CIDR', repeats: true, help: 'Clients in this range begin each connection with a PROXY protocol header, in version 1 or 2; without one they are refused.' },
};

/** More proxies than any way has. */
const mostHops = 100;

export function frontSettings(args: Arguments): ProxySettings {
  const trustedProxies = addressRanges(args, 'trusted-proxy');
  const proxyProtocolFrom = addressRanges(args, 'proxy-protocol-from');
  const trustedHops = wholeNumber(args, 'trusted-hops', 0, mostHops);
  if (trustedHops > 0 && trustedProxies.length > 0) throw new UsageError('--trusted-hops believes everybody, so --trusted-proxy has no meaning beside it; give one of them');
  return { trustedProxies, ...(trustedHops > 0 ? { trustedHops } : {}), ...(proxyProtocolFrom.length > 0 ? { proxyProtocolFrom } : {}) };
}
