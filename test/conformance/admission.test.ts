/** An API server accepts every manifest of the suite as it stands, so Postern's admission has nothing to say about them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildModel } from '../../src/model/index.ts';
import { Cluster } from './harness/cluster.ts';
import { suiteTests } from './harness/expectation.ts';
import type { PlainObject } from './harness/suite-objects.ts';
import { baseObjects, readManifest, testObjects } from './harness/suite-objects.ts';

function assertAdmitted(objects: readonly PlainObject[]): void {
  const { findings, skipped } = buildModel(new Cluster(objects).snapshot());
  assert.deepEqual(findings.map(({ message }) => message), []);
  assert.deepEqual([...skipped.keys()], []);
}

test('the base manifests are admitted', () => assertAdmitted(baseObjects()));
test('the mesh manifests are admitted', () => assertAdmitted(readManifest('mesh/manifests.yaml')));
for (const one of suiteTests()) test(`the manifests of ${one.name} are admitted`, () => assertAdmitted(testObjects(one)));
