import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileHash } from './hash-input.ts';
import { hashText } from './hash-text.ts';
import { Rendezvous } from './rendezvous.ts';

interface Node {
  readonly key: string;
  readonly active: number;
}

const nodes = (count: number): Node[] => Array.from({ length: count }, (_, index) => ({ key: `10.0.${index >> 8}.${index & 255} 8080`, active: 0 }));
const hashes = Array.from({ length: 20_000 }, (_, index) => hashText(`client-${index}`));

function over(list: readonly Node[]): Rendezvous<Node> {
  const balancer = new Rendezvous<Node>();
  balancer.set(list);
  return balancer;
}

test('each endpoint has about its part of the values', () => {
  for (const count of [2, 5, 50]) {
    const balancer = over(nodes(count));
    const counts = new Map<string, number>();
    for (const hash of hashes) {
      const { key } = balancer.next(hash, undefined)!;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const mean = hashes.length / count;
    assert.equal(counts.size, count);
    for (const part of counts.values()) assert.ok(Math.abs(part - mean) < mean * 0.3, `${count}: ${part} of ${mean}`);
  }
});

test('an endpoint that leaves moves its own values and no other; one that comes takes values and moves none between others', () => {
  const all = nodes(30);
  const before = over(all);
  for (const gone of [all[0]!, all[13]!, all[29]!]) {
    const after = over(all.filter((it) => it !== gone));
    for (const hash of hashes) {
      const was = before.next(hash, undefined);
      const is = after.next(hash, undefined);
      if (was === gone) assert.notEqual(is, gone);
      else assert.equal(is, was);
    }
  }
});

test('the order of the list does not matter', () => {
  const all = nodes(20);
  const one = over(all);
  const other = over(all.toReversed());
  for (const hash of hashes.slice(0, 2000)) assert.equal(one.next(hash, undefined), other.next(hash, undefined));
});

test('where the choice has failed the next is the one that it would be without it', () => {
  const all = nodes(10);
  const balancer = over(all);
  for (const hash of hashes.slice(0, 2000)) {
    const first = balancer.next(hash, undefined)!;
    assert.equal(balancer.next(hash, [first]), over(all.filter((it) => it !== first)).next(hash, undefined));
  }
  assert.equal(balancer.next(1, all), balancer.next(1, undefined));
});

test('without a value requests are spread', () => {
  const balancer = over(nodes(4));
  assert.equal(new Set(Array.from({ length: 4 }, () => balancer.next(undefined, undefined)?.key)).size, 4);
  assert.equal(over([]).next(5, undefined), undefined);
});

test('what is hashed: the address, a header, a cookie', () => {
  const request = { header: (name: string) => ({ 'x-user': 'ann', cookie: 'a=1; user=ann; user=bob' })[name] };
  const ann = hashText('ann');
  assert.equal(compileHash({ kind: 'header', name: 'x-user' })(request, ''), ann);
  assert.equal(compileHash({ kind: 'header', name: 'x-team' })(request, ''), undefined);
  assert.equal(compileHash({ kind: 'cookie', name: 'user' })(request, ''), ann);
  assert.equal(compileHash({ kind: 'cookie', name: 'User' })(request, ''), undefined);
  assert.equal(compileHash({ kind: 'source' })(undefined, 'ann'), ann);
  assert.equal(compileHash({ kind: 'cookie', name: 'user' })(undefined, '192.0.2.1'), undefined);
});
