import { isIP } from 'node:net';
import { UsageError, type Arguments } from './command.ts';

/** The values of an option that takes IP addresses and ranges of them. */
export function addressRanges(args: Arguments, option: string): string[] {
  return args.values(option).map((text) => {
    const [address = '', bits, ...rest] = text.split('/');
    const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)]!;
    if (most < 0 || rest.length > 0 || (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > most))) {
      throw new UsageError(`--${option} ${text}: give an IP address or a range such as 10.0.0.0/8`);
    }
    return text;
  });
}
