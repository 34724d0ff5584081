import type { Http2SecureServer, ServerHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { GrpcFrames, grpcFrame } from '../../wire/index.ts';
import { type Bulletin, bulletinPath } from '../bulletin/bulletin.ts';
import { DeltaStream, type ResourceSet, type Settled } from '../delta/delta-stream.ts';
import { decodeRequest, encodeResponse, type DeltaResponse } from '../delta/messages.ts';

/** Loaded where it is used: programs that only serve files need none of it. */
const http2 = (): typeof import('node:http2') => process.getBuiltinModule('node:http2');

export interface AdsServerOptions {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
  /** The one type that is served. */
  readonly typeUrl: string;
  /** Whether the bearer of a token may have the configuration of a group. */
  mayRead(token: string, group: string): Promise<boolean>;
  /** A client took or refused a set; `instance` is the part of its `node.id` after `#`. */
  onSettled(group: string, instance: string, settled: Settled): void;
  /** A client came or went; the instances that are there now. */
  onClients(group: string, instances: readonly string[]): void;
  onTrouble(message: string): void;
  /** What other replicas may read here. */
  readonly bulletin?: { readonly of: Bulletin; mayRead(token: string): boolean };
}

const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';
/** Requests name what a client has, so they grow with its configuration. */
const mostRequestBytes = 64 << 20;
/** gRPC status codes. */
const [unauthenticated, unimplemented] = ['16', '12'] as const;

interface Client {
  readonly instance: string;
  readonly stream: ServerHttp2Stream;
  readonly delta: DeltaStream;
}

/** Hands configuration to data planes: delta ADS over gRPC. Clients of one group have the same resources; a group is the part of `node.id` before `#`. */
export class AdsServer {
  readonly #options: AdsServerOptions;
  readonly #server: Http2SecureServer;
  readonly #sets = new Map<string, ResourceSet>();
  readonly #clients = new Map<string, Set<Client>>();
  /** Of the bulletin. */
  readonly #readers = new Set<ServerHttp2Stream>();

  constructor(options: AdsServerOptions) {
    this.#options = options;
    this.#server = http2().createSecureServer({ key: options.key, cert: options.certificate, minVersion: 'TLSv1.3' });
    this.#server.on('stream', (stream, headers) => this.#open(stream, headers));
    this.#server.on('sessionError', (error) => options.onTrouble(`a data plane's connection: ${error.message}`));
    this.#server.on('tlsClientError', (error) => options.onTrouble(`a data plane's handshake: ${error.message}`));
  }

  /** Resolves to the port. */
  listen(port: number, address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, address, () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  /** Shows another certificate to those that connect from now on; connections that are there stay. PEM. */
  show({ key, certificate }: Pick<AdsServerOptions, 'key' | 'certificate'>): void {
    this.#server.setSecureContext({ key, cert: certificate, minVersion: 'TLSv1.3' });
  }

  /** What the clients of a group are to have from now on. `changed`: names whose resources differ from the set before; undefined: any may. */
  publish(group: string, set: ResourceSet, changed?: ReadonlySet<string>): void {
    this.#sets.set(group, set);
    for (const client of this.#clients.get(group) ?? []) send(client, client.delta.want(set, changed));
  }

  /** The group is no more; its clients keep what they have. */
  forget(group: string): void {
    this.#sets.delete(group);
  }

  close(): Promise<void> {
    for (const { stream } of [...this.#clients.values()].flatMap((it) => [...it])) stream.session?.destroy();
    for (const stream of this.#readers) stream.session?.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #open(stream: ServerHttp2Stream, headers: IncomingHttpHeaders & { readonly ':path'?: string | undefined }): void {
    // Errors of a stream are those of its connection; what matters of them is that it closes.
    stream.on('error', (error) => this.#options.onTrouble(`a data plane's stream: ${error.message}`));
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (headers[':path'] === bulletinPath) return this.#openBulletin(stream, token);
    if (headers[':path'] !== path) return refuse(stream, unimplemented, 'only DeltaAggregatedResources is served');
    if (token === undefined) return refuse(stream, unauthenticated, 'no bearer token');
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.on('end', () => stream.end());
    this.#read(stream, token);
  }

  #openBulletin(stream: ServerHttp2Stream, token: string | undefined): void {
    const { bulletin } = this.#options;
    if (bulletin === undefined || token === undefined || !bulletin.mayRead(token)) return stream.respond({ ':status': 403 }, { endStream: true });
    bulletin.of.open(stream);
    this.#readers.add(stream);
    stream.once('close', () => this.#readers.delete(stream));
  }

  #read(stream: ServerHttp2Stream, token: string): void {
    const frames = new GrpcFrames(mostRequestBytes);
    const delta = new DeltaStream(this.#options.typeUrl);
    let [group, client]: [string?, Client?] = [];
    let order = Promise.resolve();
    const take = async (message: Buffer): Promise<void> => {
      const request = decodeRequest(message);
      if (request === undefined) return void stream.close(http2().constants.NGHTTP2_PROTOCOL_ERROR);
      if (group === undefined || client === undefined) {
        const [named = '', instance = ''] = request.nodeId.split('#');
        if (request.typeUrl !== this.#options.typeUrl) {
          this.#options.onTrouble(`${request.nodeId} asks for ${request.typeUrl}, which is not what this controller hands out: it is of another version`);
          return void stream.close(http2().constants.NGHTTP2_REFUSED_STREAM);
        }
        if (named === '' || !await this.#options.mayRead(token, named)) return void stream.close(http2().constants.NGHTTP2_REFUSED_STREAM);
        [group, client] = [named, { instance, stream, delta }];
        this.#join(group, client);
      }
      const { settled, response } = delta.take(request);
      if (settled !== undefined) this.#options.onSettled(group, client.instance, settled);
      send(client, response);
    };
    stream.on('data', (part: Buffer) => {
      try {
        for (const message of frames.take(part)) order = order.then(() => take(message)).catch((error: unknown) => {
          this.#options.onTrouble(String(error));
          // Whoever could not be judged just now has to ask again.
          stream.close(http2().constants.NGHTTP2_REFUSED_STREAM);
        });
      } catch (error) {
        this.#options.onTrouble(String(error));
        stream.close(http2().constants.NGHTTP2_PROTOCOL_ERROR);
      }
    });
  }

  #join(group: string, client: Client): void {
    if (client.stream.destroyed) return;
    const clients = this.#clients.get(group) ?? new Set();
    this.#clients.set(group, clients);
    clients.add(client);
    const tell = (): void => this.#options.onClients(group, [...clients].map((it) => it.instance));
    tell();
    client.stream.once('close', () => {
      clients.delete(client);
      if (clients.size === 0) this.#clients.delete(group);
      tell();
    });
    const set = this.#sets.get(group);
    if (set !== undefined) send(client, client.delta.want(set));
  }
}

function send({ stream }: Client, response: DeltaResponse | undefined): void {
  if (response !== undefined && !stream.destroyed) stream.write(grpcFrame(encodeResponse(response)));
}

function refuse(stream: ServerHttp2Stream, status: string, message: string): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status, 'grpc-message': message }, { endStream: true });
}

