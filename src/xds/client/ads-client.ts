import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { GrpcFrames, grpcFrame } from '../../wire/index.ts';
import { decodeResponse, encodeRequest, type DeltaResponse } from '../delta/messages.ts';
import { keepAsking } from './ping.ts';

export interface AdsClientOptions {
  /** `https://host:port`. */
  readonly server: string;
  /** PEM of the authorities that may vouch for the server; read anew for each connection. */
  authority(): string;
  /** The bearer token; read anew for each connection. */
  token(): string;
  /** `group#instance`. */
  readonly nodeId: string;
  readonly typeUrl: string;
  /** Versions of the resources at hand, so that only what changed comes. */
  versions(): ReadonlyMap<string, string>;
  /** Takes a change; resolves to why it was refused, or undefined. If it rejects, the change is refused with that. */
  take(change: DeltaResponse): Promise<string | undefined>;
  onTrouble(message: string): void;
}

const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources';
const mostResponseBytes = 1 << 30;
const [shortestWaitMs, longestWaitMs] = [200, 5000];

/** Follows one type of a delta ADS server, and connects again for as long as it runs. */
export class AdsClient {
  readonly #options: AdsClientOptions;
  readonly #ended = new AbortController();
  #session: ClientHttp2Session | undefined;

  constructor(options: AdsClientOptions) {
    this.#options = options;
  }

  /** Runs until `stop`; never rejects. */
  async run(): Promise<void> {
    let waitMs = shortestWaitMs;
    while (!this.#ended.signal.aborted) {
      const heard = await this.#follow();
      waitMs = heard ? shortestWaitMs : Math.min(waitMs * 2, longestWaitMs);
      await sleep(waitMs * (0.5 + Math.random()), undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#ended.abort();
    this.#session?.destroy();
  }

  /** One connection until it ends; whether it told anything. */
  #follow(): Promise<boolean> {
    const { server, authority, token, onTrouble } = this.#options;
    return new Promise((resolve) => {
      let heard = false;
      // Loaded here: programs that only serve files need none of it.
      const session = process.getBuiltinModule('node:http2').connect(server, { ca: authority(), minVersion: 'TLSv1.3' });
      this.#session = session;
      session.on('error', (error) => onTrouble(`the control plane at ${server}: ${error.message}`));
      keepAsking(session);
      session.on('close', () => resolve(heard));
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', authorization: `Bearer ${token()}` });
      stream.on('error', (error) => onTrouble(`the control plane at ${server}: ${error.message}`));
      stream.on('close', () => session.destroy());
      stream.on('response', (headers) => {
        if (headers['grpc-status'] !== undefined) onTrouble(`the control plane at ${server} refuses: ${String(headers['grpc-message'])}`);
      });
      this.#exchange(stream, () => {
        heard = true;
      });
    });
  }

  #exchange(stream: ClientHttp2Stream, onHeard: () => void): void {
    const { nodeId, typeUrl, versions, take, onTrouble } = this.#options;
    const frames = new GrpcFrames(mostResponseBytes);
    const say = (message: { nodeId?: string; subscribe?: readonly string[]; initialVersions?: ReadonlyMap<string, string>; nonce?: string; error?: string | undefined }): void => {
      if (stream.destroyed) return;
      stream.write(grpcFrame(encodeRequest({ nodeId: '', typeUrl, subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce: '', error: undefined, ...message })));
    };
    say({ nodeId, subscribe: ['*'], initialVersions: versions() });
    let order = Promise.resolve();
    stream.on('data', (part: Buffer) => {
      onHeard();
      for (const message of frames.take(part)) {
        const change = decodeResponse(message);
        if (change?.typeUrl !== typeUrl) return void stream.destroy(new Error('a message that is malformed, or of another version'));
        order = order.then(async () => say({ nonce: change.nonce, error: await take(change).catch((error: unknown) => {
          onTrouble(String(error));
          return `it could not be taken: ${String(error)}`;
        }) }));
      }
    });
  }
}
