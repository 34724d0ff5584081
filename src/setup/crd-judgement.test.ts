import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareReleases, judgeCrd, type CrdFact } from './crd-judgement.ts';

const ours: CrdFact = { name: 'gateways.gateway.networking.k8s.io', group: 'gateway.networking.k8s.io', kind: 'Gateway', release: 'v1.7.0', channel: 'experimental', served: ['v1'] };

const cases: readonly (readonly [what: string, present: Partial<CrdFact> | undefined, verdict: string, because?: RegExp])[] = [
  ['nothing', undefined, 'create'],
  ['the same', {}, 'keep'],
  ['an older release', { release: 'v1.6.1' }, 'update'],
  ['a candidate of the same release', { release: 'v1.7.0-rc.1' }, 'update'],
  ['a newer release', { release: 'v1.10.0' }, 'refuse', /is newer: v1\.10\.0, not v1\.7\.0/],
  ['a newer candidate', { release: 'v1.8.0-rc.1' }, 'refuse', /is newer/],
  ['the standard channel, and older', { release: 'v1.0.0', channel: 'standard' }, 'refuse', /is of the channel standard, not experimental/],
  ['something of no version', { release: 'main' }, 'refuse', /is no version/],
];

for (const [what, present, verdict, because] of cases) {
  test(`where ${what} is, a definition: ${verdict}`, () => {
    const judgement = judgeCrd(ours, present === undefined ? undefined : { ...ours, ...present });
    assert.equal(judgement.verdict, verdict);
    if (because !== undefined) assert.match(judgement.verdict === 'refuse' ? judgement.because : '', because);
  });
}

test('what does not say what it is stays', () => {
  const { release: _, ...nameless } = ours;
  const { channel: __, ...channelless } = ours;
  assert.equal(judgeCrd(ours, nameless).verdict, 'refuse');
  assert.equal(judgeCrd(ours, channelless).verdict, 'refuse');
});

test('releases are ordered by number, then by suffix', () => {
  assert.ok(compareReleases('v1.9.0', 'v1.10.0')! < 0);
  assert.ok(compareReleases('1.7.0', 'v1.7.0') === 0);
  assert.ok(compareReleases('v1.7.0', 'v1.7.0-dev')! > 0);
  assert.equal(compareReleases('v1.7', 'v1.7.0'), undefined);
});
