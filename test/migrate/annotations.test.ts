/** Every annotation of ingress-nginx (docs/user-guide/nginx-configuration/annotations.md and annotations-risk.md, v1.15.1) has a fate, and no other has one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { usualFates } from '../../src/migrate/index.ts';

test('every annotation of ingress-nginx has a fate', () => {
  const known = readFileSync(join(import.meta.dirname, 'annotations.txt'), 'utf8').trim().split(/\s+/);
  assert.ok(known.length > 130);
  assert.deepEqual(Object.keys(usualFates).toSorted(), known.toSorted());
});
