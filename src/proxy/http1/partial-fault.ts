import type { Cause } from '../errors.ts';
import type { Limits } from '../options.ts';
import { isHopeless } from './scan-head.ts';

/** Why a head that has not come whole can never be right, or undefined; `before` is how much of it was looked at before. */
export function partialFault(text: string, before: number, { headBytes, urlBytes }: Limits): Cause | undefined {
  if (isHopeless(text, before)) return text.includes('\r\n') ? 'bad-field' : 'bad-request-line';
  if (text.length > Math.min(headBytes, urlBytes + 64) && !text.includes('\r\n')) return 'url-too-long';
  return text.length > headBytes ? 'head-too-large' : undefined;
}
