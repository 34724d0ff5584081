import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { setTimeout as rest } from 'node:timers/promises';
import { type Head, type Message, readBody, readHead, requestBodyEnd, valuesOf } from '../../harness/http-message.ts';
import { acceptKey, echoFrames } from '../../harness/websocket.ts';
import { Wire } from '../../harness/wire.ts';
import type { AnswerPart, BackendSpec } from './behaviour-case.ts';

/** A pod on a socket of its own that writes down what it sees and answers by its script. */
export class Pod {
  readonly service: string;
  readonly name: string;
  /** Whole requests, in order. */
  readonly seen: Message[] = [];
  /** Requests whose head has come. */
  begun = 0;
  /** Connections that ended in the middle of a request or its answer, and upgraded ones that are gone. */
  aborted = 0;
  readonly #spec: BackendSpec;
  readonly #server: Server;
  readonly #wires = new Set<Wire>();
  #released: (() => void)[] = [];
  #isReleased = false;
  #watchers: (() => void)[] = [];

  constructor(service: string, name: string, spec: BackendSpec) {
    this.service = service;
    this.name = name;
    this.#spec = spec;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      const wire = new Wire(socket);
      this.#wires.add(wire);
      void this.#serve(wire).finally(() => this.#wires.delete(wire));
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    this.#server.close();
    for (const { socket } of this.#wires) socket.destroy();
  }

  /** Lets held answers go on, now and from now on. */
  release(): void {
    this.#isReleased = true;
    for (const go of this.#released.splice(0)) go();
  }

  /** Resolves once `holds`, asked after each thing that happens here. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => { this.#watchers.push(resolve); });
  }

  #happened(): void {
    for (const look of this.#watchers.splice(0)) look();
  }

  async #serve(wire: Wire): Promise<void> {
    let isUnderWay = false;
    try {
      for (;;) {
        const head = await readHead(wire);
        isUnderWay = true;
        this.begun += 1;
        this.#happened();
        if (!await this.#exchange(wire, head)) return;
        isUnderWay = false;
      }
    } catch {
      // A connection that ends between two requests is the usual end.
      if (isUnderWay) this.aborted += 1;
      wire.socket.destroy();
    }
    this.#happened();
  }

  /** One request and its answer; false where the connection is used up. */
  async #exchange(wire: Wire, head: Head): Promise<boolean> {
    if (valuesOf(head.fields, 'expect').length > 0 && this.#spec.continues !== false && this.#spec.early !== true) wire.socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    if (this.#spec.early === true) {
      this.seen.push({ ...head, body: Buffer.alloc(0), trailers: [], isBroken: false });
      this.#happened();
      await this.#answer(wire, this.#spec.answer ?? []);
      return false;
    }
    const message = await readBody(wire, head, requestBodyEnd(head));
    if (message.isBroken) throw new Error('the request broke off');
    this.seen.push(message);
    this.#happened();
    if (valuesOf(head.fields, 'upgrade').length > 0 && this.#spec.answer === undefined) return this.#switch(wire, head);
    return this.#answer(wire, this.#spec.answer ?? [this.#greeting(head)]);
  }

  #greeting({ startLine }: Head): string {
    const head = `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${this.name.length}\r\n\r\n`;
    return startLine.startsWith('HEAD ') ? head : head + this.name;
  }

  #switch(wire: Wire, head: Head): false {
    wire.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
      + `Sec-WebSocket-Accept: ${acceptKey(valuesOf(head.fields, 'sec-websocket-key')[0] ?? '')}\r\n\r\n`);
    wire.socket.on('end', () => wire.socket.end());
    wire.socket.once('close', () => {
      this.aborted += 1;
      this.#happened();
    });
    echoFrames(wire.socket, wire.takeHeld());
    return false;
  }

  async #answer(wire: Wire, parts: readonly AnswerPart[]): Promise<boolean> {
    for (const part of parts) {
      if (wire.hasClosed) throw new Error('nobody listens any more');
      if (typeof part === 'string') wire.socket.write(part, 'latin1');
      else if ('bytes' in part) wire.socket.write(Buffer.alloc(part.bytes, 'x'));
      else if ('rest' in part) await rest(part.rest);
      else if ('hold' in part) await this.#hold(wire);
      else if (part.closes === 'end') wire.socket.end();
      else wire.socket.resetAndDestroy();
      if (typeof part === 'object' && 'closes' in part) return false;
    }
    return true;
  }

  async #hold(wire: Wire): Promise<void> {
    const released = this.#isReleased ? Promise.resolve() : new Promise<void>((resolve) => { this.#released.push(resolve); });
    await Promise.race([released, Promise.race([once(wire.socket, 'end'), once(wire.socket, 'close')]).then(() => { throw new Error('the client is gone'); })]);
  }
}
