/** What a generator is told, as JSON in its only argument. */
export interface GeneratorPlan {
  readonly protocol: 'websocket' | 'udp' | 'grpc' | 'paced';
  readonly address: string;
  readonly port: number;
  readonly seconds: number;
  readonly connections: number;
  /** Open calls on each connection: gRPC. */
  readonly streams: number;
  readonly host: string;
  readonly path: string;
  /** Requests a second, all connections together: paced. */
  readonly rate: number;
}
