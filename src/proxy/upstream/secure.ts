import { createHash } from 'node:crypto';
import { connect, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import type { Certificate, UpstreamTls } from '../../ir/index.ts';
import { nodeTls } from '../tls/node-tls.ts';
import { contextTerms, termsOf } from '../tls/terms.ts';
import type { NameLookup } from './name-lookup.ts';
import { nameProblem } from './peer-names.ts';

/** TLS to the endpoints of one backend, ready to connect with. */
export interface SecureSettings {
  /** Equal settings have equal ids. */
  readonly id: string;
  readonly tls: UpstreamTls;
  readonly context: SecureContext;
}

/** Settings of a backend, and the certificate that is shown to it; a sentence where they can't be used. */
export function secureSettings(tls: UpstreamTls, certificate: Certificate | undefined): SecureSettings | string {
  const key = certificate?.key.reveal();
  try {
    const context = nodeTls().createSecureContext({
      ca: tls.authorities === 'system' ? systemAuthorities() : [...tls.authorities], ...contextTerms(termsOf(tls.terms)),
      ...(certificate === undefined || key === undefined ? {} : { cert: certificate.chain, key }),
    });
    return { id: settingsId(tls, certificate), tls, context };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What tells settings apart, without the parsing that makes them. */
export function settingsId(tls: UpstreamTls, certificate: Certificate | undefined): string {
  return createHash('sha256').update(JSON.stringify([tls, certificate?.chain])).update(certificate?.key.reveal() ?? '').digest('hex');
}

/** Those of the operating system; those of the runtime where it has none, as in images without a package of certificates. */
function systemAuthorities(): string[] {
  const system = nodeTls().getCACertificates('system');
  return system.length > 0 ? system : nodeTls().getCACertificates('bundled');
}

/** What a connection needs to know of its endpoint. */
export interface SecureHome {
  readonly address: string;
  readonly port: number;
  readonly secure: SecureSettings | undefined;
  /** The addresses of its name, where it has one. */
  readonly names?: NameLookup | undefined;
}

interface Reading extends Pick<NetConnectOpts, 'onread'> {
  readonly allowHalfOpen?: boolean;
  /** Bytes that go before all else, even TLS. */
  readonly preface?: Buffer | undefined;
}

/**
 * Opens a connection to an endpoint, over TLS where its backend asks for it. `ready` is the event after which bytes may be written:
 * none go to an endpoint before it is verified. Without `protocol` none is negotiated, as where it is not known what the bytes are.
 */
export function connectTo(home: SecureHome, protocol: 'http/1.1' | 'h2' | undefined, { preface, ...reading }: Reading): { readonly socket: Socket; readonly ready: 'connect' | 'secureConnect' } {
  const plain = { host: home.address, port: home.port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, ...reading, ...(home.names === undefined ? {} : { lookup: home.names.lookup }) };
  const { secure } = home;
  if (secure === undefined) return { socket: withPreface(connect(plain as NetConnectOpts), preface), ready: 'connect' };
  const options: ConnectionOptions = {
    ...plain, servername: secure.tls.serverName, secureContext: secure.context, ...(protocol === undefined ? {} : { ALPNProtocols: [protocol] }), rejectUnauthorized: true,
    checkServerIdentity: (_, certificate) => {
      try {
        const problem = nameProblem(secure.tls, certificate);
        return problem === undefined ? undefined : new Error(problem);
      } catch (error) {
        // A list of names that can't be read, thrown here, would end the process.
        return error instanceof Error ? error : new Error(String(error));
      }
    },
  };
  if (preface === undefined) return { socket: nodeTls().connect(options), ready: 'secureConnect' };
  const { onread: _, ...below } = plain;
  const carrier = withPreface(connect(below as NetConnectOpts), preface);
  const socket = nodeTls().connect({ ...options, socket: carrier });
  carrier.on('error', (error) => socket.destroy(error));
  if (reading.onread !== undefined) feed(socket, reading.onread);
  return { socket, ready: 'secureConnect' };
}

/** Hands over what comes as `onread` does, which TLS on a given socket does not know. */
function feed(socket: Socket, { buffer, callback }: OnReadOpts): void {
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      const room = typeof buffer === 'function' ? buffer() : buffer;
      const size = Math.min(room.length, chunk.length - at);
      room.set(chunk.subarray(at, at + size));
      at += size;
      if (!callback(size, room)) socket.pause();
    }
  });
}

/** What is written before a connection has come about goes first. */
function withPreface(socket: Socket, preface: Buffer | undefined): Socket {
  if (preface !== undefined) socket.write(preface);
  return socket;
}
