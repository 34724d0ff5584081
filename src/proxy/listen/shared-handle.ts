import net from 'node:net';

/** A TCP port that is bound and not yet listened on; it can be sent to a child process and given to `Server.listen`. */
export interface SharedHandle {
  /** Answers 0, or the negative error number of a bind that failed. */
  getsockname(info: object): number;
  close(): void;
}

// oxlint-disable-next-line max-params -- not ours.
type Bind = (address: string, port: number, family: 4 | 6, fd: undefined, flags: number) => SharedHandle | number;

/** `shared` is `UV_TCP_REUSEPORT` of libuv: several sockets at one port, among which the kernel spreads new connections. */
const flags = { alone: 0, shared: 2 } as const;

/**
 * Binds a port and leaves listening to whom the handle is sent; a `Server` would accept connections in this process too. node:cluster
 * binds in the same way, through the same undocumented function. Answers the error number where the bind fails.
 */
export function bindShared({ address, port }: { readonly address: string; readonly port: number }, mode: keyof typeof flags): SharedHandle | number {
  const bind = (net as unknown as { readonly _createServerHandle: Bind })._createServerHandle;
  const handle = bind(address, port, net.isIPv6(address) ? 6 : 4, undefined, flags[mode]);
  if (typeof handle === 'number') return handle;
  // Some failures are only said when the socket is used.
  const error = handle.getsockname({});
  if (error === 0) return handle;
  handle.close();
  return error;
}
