import type { Socket, SocketKey } from '../../ir/index.ts';

/** What a bound socket is known by, so that it stays open when only its key changes. A port 0 is another one for each key. */
export function placeId(key: SocketKey, { address, port, transport }: Socket): string {
  return `${transport ?? 'tcp'} ${address} ${port === 0 ? key : port}`;
}
