import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Place } from '../../../src/proxy/index.ts';
import { type Fields, type Message, readBody, readHead, responseBodyEnd, statusOf } from '../../harness/http-message.ts';
import { Wire } from '../../harness/wire.ts';
import type { Named, RequestParts, RequestStep } from './behaviour-case.ts';

/** The Host of requests that name none. */
export const usualHost = 'example.test';

export interface Answer extends Message {
  readonly status: number;
  readonly interim: readonly number[];
}

/** Opens a connection; `sni` present means TLS, where any certificate is taken since cases look at it themselves. */
export async function open({ address, port }: Place, sni?: string | null, version?: RequestStep['tls']): Promise<Wire> {
  const socket: Socket = sni === undefined
    ? connectTcp({ port, host: address, allowHalfOpen: true, noDelay: true })
    : connectTls({ port, host: address, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'], ...(sni === null ? {} : { servername: sni }), ...(version === undefined ? {} : { minVersion: `TLSv${version}`, maxVersion: `TLSv${version}` }) });
  const wire = new Wire(socket);
  await once(socket, sni === undefined ? 'connect' : 'secureConnect');
  return wire;
}

/** SHA-256 fingerprint of the certificate that the server has shown. */
export function shownFingerprint(wire: Wire): string {
  return (wire.socket as TLSSocket).getPeerCertificate().fingerprint256;
}

function lines(named: Named | undefined): string {
  return Object.entries(named ?? {}).flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}\r\n`)).join('');
}

/** The bytes of a request in parts, latin1. */
export function requestText(parts: RequestParts): string {
  const { method = 'GET', path = '/', host = usualHost, headers, body, bodyBytes, chunks, trailers, version = '1.1' } = parts;
  const head = `${method} ${path} HTTP/${version}\r\n${host === null ? '' : `Host: ${host}\r\n`}${lines(headers)}`;
  if (chunks !== undefined) {
    const framed = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join('');
    return `${head}Transfer-Encoding: chunked\r\n\r\n${framed}0\r\n${lines(trailers)}\r\n`;
  }
  const content = bodyBytes === undefined ? body : 'x'.repeat(bodyBytes);
  return content === undefined ? `${head}\r\n` : `${head}Content-Length: ${content.length}\r\n\r\n${content}`;
}

/** Reads one answer with the interim ones before it. */
export async function readAnswer(wire: Wire, toHead: boolean): Promise<Answer> {
  const interim: number[] = [];
  for (;;) {
    const head = await readHead(wire);
    const status = statusOf(head.startLine);
    if (status >= 200 || status === 101) return { ...await readBody(wire, head, responseBodyEnd(head, toHead)), status, interim };
    interim.push(status);
  }
}

/** Field lines as a table for messages. */
export function printed(fields: Fields): string {
  return fields.map(([name, value]) => `${name}: ${value}`).join(' | ');
}
