/** How Node's own parser reads bytes, without a network: the reference of the differential test. */
import { createServer, type IncomingMessage, request as ask } from 'node:http';
import { duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Field } from './strict-reader.ts';

export interface NodeRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: readonly Field[];
  readonly body: string;
  readonly trailers: readonly Field[];
}

export interface NodeReading {
  /** Requests that were read whole. */
  readonly requests: readonly NodeRequest[];
  /** Why the rest was refused, a code such as `HPE_INVALID_METHOD`; `UNSAID` where Node goes silent. */
  readonly refused: string | undefined;
}

function pairs(raw: readonly string[]): Field[] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [(raw[2 * i] as string).toLowerCase(), raw[2 * i + 1] as string] as const);
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of message) body += (chunk as Buffer).toString('latin1');
  return body;
}

/** Requests as a server of node:http reads them, the strict parser and no limits that Postern has not. */
export async function readRequestsWithNode(text: string): Promise<NodeReading> {
  const pending: { readonly message: IncomingMessage; readonly read: Promise<NodeRequest | undefined> }[] = [];
  let refused: string | undefined;
  const server = createServer({ insecureHTTPParser: false, requireHostHeader: true, maxHeaderSize: 1 << 20 });
  server.maxHeadersCount = 0;
  Object.assign(server, { httpAllowHalfOpen: true });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    refused ??= error.code ?? error.message;
    // Requests that were read whole before the error still count.
    void Promise.all(pending.filter(({ message }) => message.complete).map(({ read }) => read)).then(() => socket.destroy());
  });
  const onRequest = (message: IncomingMessage, response: { end(): void }): void => {
    pending.push({ message, read: readOne(message).finally(() => response.end()) });
  };
  server.on('request', onRequest);
  server.on('checkContinue', onRequest);
  const [near, far] = duplexPair();
  const closed = new Promise<void>((resolve) => { far.once('close', () => resolve()); });
  near.on('error', () => undefined).resume();
  server.emit('connection', far);
  near.end(Buffer.from(text, 'latin1'));
  const isDone = await Promise.race([closed.then(() => true), manyTurns().then(() => false)]);
  if (!isDone && pending.some(({ message }) => !message.complete)) refused ??= 'UNSAID';
  far.destroy();
  near.destroy();
  const requests = await Promise.all(pending.map(({ read }) => read));
  return { requests: requests.filter((read) => read !== undefined), refused };
}

/** All bytes are there at once, so Node is done long before; behind an error in a request for an upgrade it never says so. */
async function manyTurns(): Promise<void> {
  for (let i = 0; i < 500; i++) await turn();
}

/** Undefined where the request breaks off. */
async function readOne(message: IncomingMessage): Promise<NodeRequest | undefined> {
  try {
    const body = await bodyOf(message);
    return {
      method: message.method as string, target: message.url as string, version: message.httpVersion,
      fields: pairs(message.rawHeaders), body, trailers: pairs(message.rawTrailers),
    };
  } catch {
    // The error of the connection says why.
    return undefined;
  }
}

export interface NodeResponse {
  readonly status: number;
  readonly fields: readonly Field[];
  readonly body: string;
  readonly trailers: readonly Field[];
}

/** The final response as a client of node:http reads it; undefined where it refuses the bytes or they are not whole. */
export async function readResponseWithNode(text: string, method: string): Promise<NodeResponse | undefined> {
  const [near, far] = duplexPair();
  const sent = ask({ method, path: '/', host: 'a', insecureHTTPParser: false, maxHeaderSize: 1 << 20, createConnection: () => near as never });
  far.on('error', () => undefined).once('data', () => { far.end(Buffer.from(text, 'latin1')); });
  far.resume();
  try {
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', resolve);
      sent.on('error', reject);
      sent.once('close', () => reject(new Error('closed without a response')));
      sent.end();
    });
    const body = await bodyOf(message);
    if (!message.complete) return undefined;
    return { status: message.statusCode as number, fields: pairs(message.rawHeaders), body, trailers: pairs(message.rawTrailers) };
  } catch {
    // A refusal is what is asked for, whatever its words.
    return undefined;
  } finally {
    near.destroy();
    far.destroy();
  }
}
