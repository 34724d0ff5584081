import { connect, type Socket } from 'node:net';
import type { Answer } from './asking.ts';

const patienceMs = 5000;
const noAnswer = (cause: string): Answer => ({ status: 0, version: '', cause });

/** One kept connection to port 80 whose requests cost little, so that asking again and again does not slow down what is measured. One request at a time. */
export class QuickClient {
  readonly #address: string;
  #socket: Socket | undefined;
  #text = '';
  #resolve: (answer: Answer) => void = () => undefined;

  constructor(address: string) {
    this.#address = address;
  }

  ask(host: string): Promise<Answer> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#text = '';
      this.#socket ??= this.#connected();
      this.#socket.write(`GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
    });
  }

  #connected(): Socket {
    const socket = connect({ host: this.#address, port: 80, noDelay: true }).setEncoding('latin1');
    socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no answer in ${patienceMs} ms`)));
    let cause = 'the connection ended';
    socket.on('error', (error) => { cause = error.message; });
    socket.on('close', () => {
      this.#socket = undefined;
      this.#resolve(noAnswer(cause));
    });
    return socket.on('data', (part: unknown) => this.#take(String(part), socket));
  }

  #take(part: string, socket: Socket): void {
    this.#text += part;
    const end = this.#text.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#text.slice(0, end + 2);
    const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head)?.[1];
    if (length === undefined) return void socket.destroy(new Error('an answer without a content-length'));
    if (this.#text.length < end + 4 + Number(length)) return;
    if (/\r\nconnection: *close\r\n/i.test(head)) {
      this.#socket = undefined;
      socket.removeAllListeners('close').destroy();
    }
    this.#resolve({ status: Number(head.slice(9, 12)), version: /\r\nx-version: *(.*?)\r\n/i.exec(head)?.[1] ?? '', cause: '' });
  }
}
