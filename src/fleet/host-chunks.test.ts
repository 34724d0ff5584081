import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HostRoutes } from '../ir/index.ts';
import { chunked, type Chunked, type HostChunk } from './host-chunks.ts';

function hostsOf(count: number): HostRoutes[] {
  return Array.from({ length: count }, (_, index) => ({ hostname: `host-${index}.example.com`, routes: [`r${index}`] }));
}

const none: Chunked = { hosts: [], chunks: [] };
const text = (chunks: readonly HostChunk[]): string[] => chunks.map(({ key, hosts }) => `${key}: ${hosts.map((it) => it.hostname).join(' ')}`);

test('after any edits the chunks are those from nothing, and hold all hosts in their order', () => {
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const edit = fc.tuple(fc.constantFrom('put', 'put', 'drop', 'change', 'double'), at, fc.integer({ min: 0, max: 9999 }));
  fc.assert(fc.property(fc.integer({ min: 0, max: 400 }), fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 20 }), (count, steps) => {
    let hosts = hostsOf(count);
    let all = chunked('l', hosts, none);
    for (const step of steps) {
      hosts = [...hosts];
      for (const [what, where, number] of step) {
        const place = Math.floor(where * hosts.length);
        const known = hosts[place];
        if (what === 'put') hosts.splice(place, 0, { hostname: `new-${number}.example.com`, routes: [] });
        else if (what === 'drop') hosts.splice(place, 1);
        else if (what === 'change' && known !== undefined) hosts[place] = { ...known, routes: [`changed ${number}`] };
        else if (known !== undefined) hosts.splice(place, 0, { ...known });
      }
      all = chunked('l', hosts, all);
      const { chunks } = all;
      assert.deepEqual(chunks.flatMap((it) => it.hosts), hosts);
      // Numbers tell chunks of one name apart, and depend on what was there before.
      const plain = (it: readonly HostChunk[]): string[] => text(it).map((line) => line.replace(/\.com\/\d+:/, '.com:'));
      assert.deepEqual(plain(chunks), plain(chunked('l', hosts, none).chunks));
      assert.equal(new Set(chunks.map((it) => it.key)).size, chunks.length);
    }
  }), { numRuns: 200 });
});

test('one host that comes, changes or goes among many leaves all chunks but one or two as they are', () => {
  const hosts = hostsOf(10_000);
  const all = chunked('l', hosts, none);
  const { chunks } = all;
  assert.ok(chunks.length > 160 && chunks.length < 640, `${chunks.length} chunks`);
  const changes: number[] = [];
  for (let index = 0; index < 1000; index++) {
    const [place, edited] = [(index * 7919) % hosts.length, [...hosts]];
    if (index % 3 === 0) edited.splice(place, 1);
    else if (index % 3 === 1) edited.splice(place, 0, { hostname: `new-${index}.example.com`, routes: [] });
    else edited[place] = { ...edited[place]!, routes: [] };
    const known = new Set(chunks);
    changes.push(chunked('l', edited, all).chunks.filter((it) => !known.has(it)).length);
  }
  assert.ok(Math.max(...changes) <= 2, `at most ${Math.max(...changes)}`);
});
