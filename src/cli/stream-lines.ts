import type { Applied } from '../controller/index.ts';
import type { StreamListener } from '../ir/index.ts';

/** Commands that reach the TCP, UDP and TLS routes in force, to paste; one for each listener and route, at most `most`. */
export function streamLines({ ir }: Applied, most: number): string[] {
  const lines: string[] = [];
  for (const listener of Object.values(ir.streamListeners ?? {})) {
    if (listener.protocol === 'terminate' && listener.certificates?.length === 0) continue;
    const { address, port } = ir.sockets[listener.socket]!;
    const seen = new Set<string>();
    for (const { hostname, route } of listener.hosts) {
      if (seen.has(route)) continue;
      seen.add(route);
      lines.push(lineFor(listener, hostname, { address, port }));
    }
  }
  return lines.slice(0, most);
}

interface Place {
  readonly address: string;
  readonly port: number;
}

function lineFor({ protocol }: StreamListener, hostname: string, { address, port }: Place): string {
  switch (protocol) {
    case 'tcp': return `nc ${address} ${port}`;
    case 'udp': return `echo ping | nc -u -w 1 ${address} ${port}`;
    default: {
      const name = hostname === '' ? '' : ` -servername ${hostname.replace('*', 'www')}`;
      return `openssl s_client -quiet -connect ${address.includes(':') ? `[${address}]` : address}:${port}${name}`;
    }
  }
}
