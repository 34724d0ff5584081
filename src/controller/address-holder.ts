import type { AddressNode } from '../attach/index.ts';
import type { GatewayPlacement } from '../contract/index.ts';

/** Who has an address of the pool: a Gateway by its key, or one of its further entries, whose number no key can hold. */
export function holderOf(gateway: string, before: readonly AddressNode[]): string {
  const earlier = before.filter((it) => it.value === undefined && it.problem === undefined && it.type === 'IPAddress').length;
  return earlier === 0 ? gateway : `${gateway}+${earlier}`;
}

export function isFurther(holder: string): boolean {
  return holder.includes('+');
}

/** Key of the holder's Gateway. */
export function gatewayOf(holder: string): string {
  return holder.split('+', 1)[0]!;
}

export function ipAddress(value: string, routability: string): GatewayPlacement['addresses'][number] {
  return { type: 'IPAddress', value, routability };
}
