/** Where an echo server listens; port 0 leaves the choice to the kernel. */
export interface ListenPlace {
  readonly port: number;
  readonly address: string;
}

/** What backends of this machine need. */
export const anyLocalPort: ListenPlace = { port: 0, address: '127.0.0.1' };
