import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Capabilities } from '../contract/index.ts';
import type { ListenerNode } from './graph.ts';
import { resolveConflicts } from './listener-conflicts.ts';

const kinds = [['HTTP'], ['HTTPS', 'Terminate'], ['TLS', 'Terminate'], ['TLS', 'Passthrough'], ['TCP'], ['UDP']] as const;
const listener = fc.record({ owner: fc.nat(4), port: fc.constantFrom(80, 443), kind: fc.constantFrom(...kinds), hostname: fc.constantFrom('', 'a.example', 'b.example') });

/** The owner with number 0 is the Gateway, the others are ListenerSets. */
function nodes(drawn: readonly (typeof listener extends fc.Arbitrary<infer T> ? T : never)[]): ListenerNode[] {
  return drawn.toSorted((a, b) => a.owner - b.owner).map(({ owner, port, kind: [protocol, tlsMode], hostname }, index) => ({
    owner: { group: 'gateway.networking.k8s.io', kind: owner === 0 ? 'Gateway' : 'ListenerSet', namespace: 'shop', name: `o${owner}` },
    name: `l${index}`, port, protocol, hostname, ...(tlsMode === undefined ? {} : { tlsMode }),
    accepted: { ok: true, reason: 'Accepted', message: '' }, conflicted: { ok: false, reason: 'NoConflicts', message: '' },
  }) as unknown as ListenerNode);
}

/** Whether both may be there, whatever they are called. */
function areAtOdds(a: ListenerNode, b: ListenerNode): boolean {
  return resolveConflicts([a, { ...b, owner: a.owner }], { features: [] } as unknown as Capabilities).some((it) => it.conflicted.ok);
}

test('no two accepted listeners are in conflict, and each that is refused is so with one of an earlier or the same owner', () => {
  fc.assert(fc.property(fc.array(listener, { maxLength: 14 }), (drawn) => {
    const before = nodes(drawn);
    const judged = resolveConflicts(before, { features: [] } as unknown as Capabilities);
    const accepted = judged.filter((it) => it.accepted.ok);
    for (const [at, one] of accepted.entries()) for (const other of accepted.slice(at + 1)) assert.ok(!areAtOdds(one, other), `${one.name} and ${other.name}`);
    for (const [at, it] of judged.entries()) {
      if (it.accepted.ok) continue;
      const own = before[at]!;
      const rivals = before.filter((other, index) => other !== own && (refOf(other) === refOf(own) || (refOf(other) < refOf(own) && judged[index]!.accepted.ok)));
      assert.ok(rivals.some((other) => areAtOdds(other, own) && it.accepted.message.includes(` ${other.name} of `)), it.accepted.message);
    }
  }), { numRuns: 500 });
});

function refOf({ owner }: ListenerNode): string {
  return owner.name;
}

test('of those in conflict the first is named', () => {
  const [first, , third] = nodes([0, 1, 2].map((owner) => ({ owner, port: 80, kind: kinds[owner === 2 ? 4 : 0], hostname: owner === 1 ? 'a.example' : '' })));
  const [, , judged] = resolveConflicts([first!, nodes([{ owner: 1, port: 80, kind: kinds[0], hostname: 'a.example' }])[0]!, third!], { features: [] } as unknown as Capabilities);
  assert.equal(judged!.accepted.message, 'port 80 already carries HTTP by listener l0 of Gateway shop/o0.');
});
