import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DeltaStream } from './delta-stream.ts';
import type { DeltaRequest, DeltaResponse, VersionedResource } from './messages.ts';

const request = (nonce: string, error?: string): DeltaRequest => ({ nodeId: '', typeUrl: 'test', subscribe: [], unsubscribe: [], initialVersions: new Map(), nonce, error });

/** An edit of the wanted state, said or not, or an answer of the client. */
type Step = { readonly edits: readonly (readonly [name: string, version: string | undefined])[]; readonly isSaid: boolean } | 'answer' | 'refuse';

const edit = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.option(fc.constantFrom('1', '2', '3'), { nil: undefined }));
const step: fc.Arbitrary<Step> = fc.oneof(fc.record({ edits: fc.array(edit, { maxLength: 3 }), isSaid: fc.boolean() }), fc.constant('answer' as const), fc.constant('refuse' as const));

test('whatever is published and answered when, the client ends with the newest state, and no change is sent that is none', () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), fc.array(edit, { maxLength: 4 }), (steps, initial) => {
    const stream = new DeltaStream('test');
    const wanted = new Map<string, VersionedResource>();
    const client = new Map(initial.flatMap(([name, version]): [string, string][] => (version === undefined ? [] : [[name, version]])));
    let pending: string | undefined;
    let sent = 0;
    const take = (response: DeltaResponse | undefined): void => {
      if (response === undefined) return;
      assert.equal(pending, undefined, 'one response at a time');
      pending = response.nonce;
      for (const { name, version } of response.resources) {
        assert.notEqual(client.get(name), version, `${name} is at the client`);
        client.set(name, version);
      }
      for (const name of response.removed) assert.ok(client.delete(name), `${name} is not at the client`);
      assert.ok(sent++ === 0 || response.resources.length + response.removed.length > 0, 'an empty change is sent once, at the beginning');
    };
    const answer = (error?: string): void => {
      const nonce = pending;
      pending = undefined;
      if (nonce !== undefined) take(stream.take(request(nonce, error)).response);
    };
    take(stream.take({ ...request(''), initialVersions: new Map(client) }).response);
    for (const one of steps) {
      if (one === 'answer' || one === 'refuse') answer(one === 'refuse' ? 'no' : undefined);
      else {
        const changed = new Set(one.edits.map(([name]) => name));
        for (const [name, version] of one.edits) {
          if (version === undefined) wanted.delete(name);
          else wanted.set(name, { name, version, bytes: Buffer.alloc(0) });
        }
        take(stream.want({ resources: wanted }, one.isSaid ? changed : undefined));
      }
    }
    take(stream.want({ resources: wanted }, new Set()));
    while (pending !== undefined) answer();
    assert.deepEqual(new Map([...client].sort()), new Map([...wanted].map(([name, { version }]): [string, string] => [name, version]).sort()));
  }), { numRuns: 500 });
});
