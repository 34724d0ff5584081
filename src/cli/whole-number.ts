import { UsageError, type Arguments } from './command.ts';

/** The value of an option as a whole number from 0 to `most`; `otherwise` where it is not given. */
// oxlint-disable-next-line max-params -- the option, its default and its bound read best in one line.
export function wholeNumber(args: Arguments, name: string, otherwise: number, most = 65_534): number {
  const text = args.value(name);
  if (text === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(text) || Number(text) > most) throw new UsageError(`--${name} ${text}: give a whole number from 0 to ${most}`);
  return Number(text);
}
