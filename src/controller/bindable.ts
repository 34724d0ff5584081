import { createServer } from 'node:net';

export type BindOutcome = 'free' | 'taken' | 'forbidden' | 'no-such-address';

/** Can a listener be opened there? Asked by opening one and closing it at once; port 0 asks about the address alone. */
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
