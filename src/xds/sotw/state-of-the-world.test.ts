import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeltaStream } from '../delta/delta-stream.ts';
import type { VersionedResource } from '../delta/messages.ts';
import { StateOfTheWorld } from './state-of-the-world.ts';
import type { StateRequest, StateResponse } from './messages.ts';

const typeUrl = 'test';

function setOf(...texts: readonly string[]): { readonly resources: ReadonlyMap<string, VersionedResource> } {
  return { resources: new Map(texts.map((text) => [text.slice(0, 1), { name: text.slice(0, 1), version: text, bytes: Buffer.from(text) }])) };
}

/** A client that has what the last state that it took says, and takes none with something bad in it. */
class Client {
  has: readonly string[] = [];
  refused = '';
  readonly stream = new DeltaStream(typeUrl, 'searched');
  readonly #world = new StateOfTheWorld((response) => this.#take(response));
  readonly #waiting: StateResponse[] = [];
  readonly #isBad: (text: string) => boolean;

  constructor(isBad: (text: string) => boolean) {
    this.#isBad = isBad;
    this.#say({ nonce: '', error: undefined });
  }

  want(...texts: readonly string[]): void {
    this.#send(this.stream.want(setOf(...texts)));
    for (let response = this.#waiting.shift(); response !== undefined; response = this.#waiting.shift()) {
      const found = response.resources.map((it) => it.bytes.toString());
      const isBad = found.some((it) => this.#isBad(it));
      if (!isBad) this.has = found.sort();
      this.#say({ nonce: response.nonce, error: isBad ? 'bad' : undefined });
    }
  }

  #say(request: Pick<StateRequest, 'nonce' | 'error'>): void {
    const { refused, response } = this.stream.take(this.#world.asDelta({ nodeId: '', typeUrl, names: [], ...request }));
    if (refused !== undefined) this.refused += refused.resource.version;
    this.#send(response);
  }

  #send(response: ReturnType<DeltaStream['want']>): void {
    if (response !== undefined) this.#world.send(response);
  }

  #take(response: StateResponse): void {
    this.#waiting.push(response);
  }
}

test('each response has all that there is', () => {
  const client = new Client(() => false);
  client.want('a1', 'b1');
  client.want('a1', 'b2', 'c1');
  assert.deepEqual(client.has, ['a1', 'b2', 'c1']);
  client.want('c1');
  assert.deepEqual(client.has, ['c1']);
});

test('of many that come at once the one that is refused is found, and the others are there', () => {
  const client = new Client((it) => it === 'c2');
  client.want('a1', 'c1');
  client.want('a2', 'b1', 'c2', 'd1', 'e1');
  assert.equal(client.refused, 'c2');
  assert.deepEqual(client.has, ['a2', 'b1', 'c1', 'd1', 'e1']);
});
