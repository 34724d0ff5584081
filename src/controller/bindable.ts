import { createSocket } from 'node:dgram';
import { createServer, isIPv6 } from 'node:net';

export type BindOutcome = 'free' | 'taken' | 'forbidden' | 'no-such-address';

export type Transport = 'tcp' | 'udp';

/** What is worst comes first, where a port is asked about for several transports. */
const byWeight: readonly BindOutcome[] = ['no-such-address', 'taken', 'forbidden', 'free'];

/** Can listeners of all these transports be opened there? */
export async function tryBindAll(address: string, port: number, transports: Iterable<Transport>): Promise<BindOutcome> {
  const outcomes = await Promise.all([...transports].map((transport) => (transport === 'udp' ? tryBindUdp(address, port) : tryBind(address, port))));
  return byWeight.find((it) => outcomes.includes(it)) ?? 'free';
}

function tryBindUdp(address: string, port: number): Promise<BindOutcome> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      resolve(outcomeOf(error.code));
    });
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve('free')));
  });
}

/** Can a TCP listener be opened there? Asked by opening one and closing it at once; port 0 asks about the address alone. */
export function tryBind(address: string, port: number): Promise<BindOutcome> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(outcomeOf(error.code)));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve('free')));
  });
}

function outcomeOf(code: string | undefined): BindOutcome {
  switch (code) {
    case 'EADDRINUSE': return 'taken';
    case 'EACCES': case 'EPERM': return 'forbidden';
    default: return 'no-such-address';
  }
}
