/** A visit on any duplex stream whose other end sends everything back. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Visit } from './user.ts';

const message = Buffer.alloc(200, 'm');

/** Sends a message and waits until as many bytes have come back; at the end both sides must end. */
export function echoVisit(stream: Duplex): Visit {
  let missing = 0;
  let settle: PromiseWithResolvers<void> | undefined;
  let broken: Error | undefined;
  const fail = (error: Error): void => {
    broken ??= error;
    settle?.reject(broken);
  };
  stream.on('error', fail).on('close', () => fail(new Error('the connection was closed')));
  stream.on('data', (bytes: Buffer) => {
    missing -= bytes.length;
    if (missing === 0) settle?.resolve();
    if (missing < 0) fail(new Error('more came back than was sent'));
  });
  return {
    step() {
      if (broken !== undefined) return Promise.reject(broken);
      settle = Promise.withResolvers<void>();
      missing = message.length;
      stream.write(message);
      return settle.promise;
    },
    async close() {
      settle = undefined;
      if (broken !== undefined) throw broken;
      const ended = once(stream, 'end');
      stream.end();
      await ended;
      stream.destroy();
    },
  };
}
