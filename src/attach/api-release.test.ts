import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBeforeV1, releaseVerdict } from './api-release.ts';

for (const release of [undefined, 'v1.7.0', 'v1.7.3', 'v1.7.0-rc.1']) {
  test(`the release ${release} is supported`, () => {
    assert.deepEqual(releaseVerdict(release), { ok: true, reason: 'SupportedVersion', message: `Gateway API ${release ?? 'v1.7.0'}.` });
  });
}

for (const release of ['v1.6.1', 'v1.8.0', 'v1.70.0', 'v0.0.0-dev', 'main', '']) {
  test(`the release ${release} is not`, () => {
    const { ok, reason, message } = releaseVerdict(release);
    assert.deepEqual([ok, reason], [false, 'UnsupportedVersion']);
    assert.ok(message.includes(`the Gateway API ${release}, and Postern is made for v1.7.0`));
  });
}

test('releases before v1.0.0 are known by their names', () => {
  assert.deepEqual([undefined, 'v0.5.1', 'v0.0.0-dev', 'v1.0.0', 'main'].map(isBeforeV1), [false, true, false, false, false]);
});
