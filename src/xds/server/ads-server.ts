import type { Http2SecureServer, ServerHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { GrpcFrames, grpcFrame } from '../../wire/index.ts';
import { type Bulletin, bulletinPath } from '../bulletin/bulletin.ts';
import type { ResourceSet } from '../delta/delta-stream.ts';
import { decodeRequest, encodeResponse, type DeltaRequest } from '../delta/messages.ts';
import { decodeStateRequest, encodeStateResponse } from '../sotw/messages.ts';
import { StateOfTheWorld } from '../sotw/state-of-the-world.ts';
import type { Conversation, Discovery, Peer } from './discovery.ts';
import { UniformGroups, type UniformGroupsOptions } from './uniform-groups.ts';

/** Loaded where it is used: programs that only serve files need none of it. */
const http2 = (): typeof import('node:http2') => process.getBuiltinModule('node:http2');

export interface AdsServerOptions extends UniformGroupsOptions {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
  /** Whether the bearer of a token may have the configuration of a group, which is the part of `node.id` before `#`; behind it is the instance. */
  mayRead(token: string, group: string): Promise<boolean>;
  /** Resources of other types, for data planes of another kind. */
  readonly others?: readonly Discovery[];
  onTrouble(message: string): void;
  /** What other replicas may read here. */
  readonly bulletin?: { readonly of: Bulletin; mayRead(token: string): boolean };
}

const service = '/envoy.service.discovery.v3.AggregatedDiscoveryService';
const paths = { changes: `${service}/DeltaAggregatedResources`, states: `${service}/StreamAggregatedResources` } as const;
/** Requests name what a client has, so they grow with its configuration. */
const mostRequestBytes = 64 << 20;
/** gRPC status codes. */
const [unauthenticated, unimplemented] = ['16', '12'] as const;

/** Hands configuration to data planes: ADS over gRPC, in changes or in states. What a client asks for first says of which kind it is. */
export class AdsServer {
  readonly #options: AdsServerOptions;
  readonly #server: Http2SecureServer;
  readonly #own: UniformGroups;
  /** Of data planes and of the bulletin. */
  readonly #streams = new Set<ServerHttp2Stream>();

  constructor(options: AdsServerOptions) {
    this.#options = options;
    this.#own = new UniformGroups(options);
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
    this.#own.publish(group, set, changed);
  }

  /** The group is no more; its clients keep what they have. */
  forget(group: string): void {
    this.#own.forget(group);
  }

  close(): Promise<void> {
    for (const stream of this.#streams) stream.session?.destroy();
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #open(stream: ServerHttp2Stream, headers: IncomingHttpHeaders & { readonly ':path'?: string | undefined }): void {
    // Errors of a stream are those of its connection; what matters of them is that it closes.
    stream.on('error', (error) => this.#options.onTrouble(`a data plane's stream: ${error.message}`));
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (headers[':path'] === bulletinPath) return this.#openBulletin(stream, token);
    if (headers[':path'] !== paths.changes && headers[':path'] !== paths.states) return refuse(stream, unimplemented, 'only ADS is served');
    if (token === undefined) return refuse(stream, unauthenticated, 'no bearer token');
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.on('end', () => stream.end());
    this.#note(stream);
    this.#read(stream, token, headers[':path'] === paths.states ? new StateOfTheWorld((response) => write(stream, encodeStateResponse(response))) : undefined);
  }

  #note(stream: ServerHttp2Stream): void {
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
  }

  #openBulletin(stream: ServerHttp2Stream, token: string | undefined): void {
    const { bulletin } = this.#options;
    if (bulletin === undefined || token === undefined || !bulletin.mayRead(token)) return stream.respond({ ':status': 403 }, { endStream: true });
    bulletin.of.open(stream);
    this.#note(stream);
  }

  /** `states`: the client speaks the state-of-the-world variant. */
  #read(stream: ServerHttp2Stream, token: string, states: StateOfTheWorld | undefined): void {
    const frames = new GrpcFrames(mostRequestBytes);
    let conversation: Conversation | undefined;
    let order = Promise.resolve();
    const take = async (message: Buffer): Promise<void> => {
      const request = read(message, states);
      if (request === undefined) return void stream.close(http2().constants.NGHTTP2_PROTOCOL_ERROR);
      conversation ??= await this.#begin(request, token, { stream, send: (response) => (states === undefined ? write(stream, encodeResponse(response)) : states.send(response)) });
      if (conversation === undefined) stream.close(http2().constants.NGHTTP2_REFUSED_STREAM);
      else conversation.take(request);
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

  /** Undefined for clients that get nothing here. */
  async #begin({ nodeId, typeUrl }: DeltaRequest, token: string, { stream, send }: Pick<Peer, 'send'> & { readonly stream: ServerHttp2Stream }): Promise<Conversation | undefined> {
    const discovery = [this.#own, ...this.#options.others ?? []].find((it) => it.serves(typeUrl));
    if (discovery === undefined) {
      this.#options.onTrouble(`${nodeId} asks for ${typeUrl}, which is not what this controller hands out: it is of another version`);
      return undefined;
    }
    const [group = '', instance = ''] = nodeId.split('#');
    if (group === '' || !await this.#options.mayRead(token, group) || stream.destroyed) return undefined;
    const conversation = discovery.join({ group, instance, send });
    stream.once('close', () => conversation.close());
    return conversation;
  }
}

function read(message: Buffer, states: StateOfTheWorld | undefined): DeltaRequest | undefined {
  if (states === undefined) return decodeRequest(message);
  const request = decodeStateRequest(message);
  return request === undefined ? undefined : states.asDelta(request);
}

function write(stream: ServerHttp2Stream, message: Buffer): void {
  if (!stream.destroyed) stream.write(grpcFrame(message));
}

function refuse(stream: ServerHttp2Stream, status: string, message: string): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status, 'grpc-message': message }, { endStream: true });
}

