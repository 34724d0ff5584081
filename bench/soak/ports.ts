/** Ports of the soak: of the listeners of Postern, and of the backends, each on all of its addresses. */
export interface ListenerPorts {
  /** HTTP/1.1, HTTP/2 in clear, gRPC, WebSocket. */
  readonly http: number;
  /** HTTP/1.1 and HTTP/2 over TLS. */
  readonly https: number;
  readonly tcp: number;
  readonly udp: number;
  /** TLS that is passed through. */
  readonly tls: number;
}

export interface SoakBackends {
  readonly web: number;
  readonly grpc: number;
  readonly tcp: number;
  readonly udp: number;
  readonly tls: number;
}

/** Where every backend listens. */
export const liveAddresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3', '127.0.0.4'] as const;
/** Nobody listens there: a connection is refused at once. */
export const deadAddress = '127.0.0.9';

export const hosts = { web: 'h0.example.com', grpc: 'grpc.example.com', tls: 'tls.example.com' } as const;
