/** The order in which objects are read decides nothing: statuses and IR of each test of the suite stay the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Graph } from '../../src/attach/index.ts';
import { checkAuthorities, checkKeyPair, compile } from '../../src/controller/index.ts';
import type { Placement } from '../../src/contract/index.ts';
import { lower } from '../../src/lower/index.ts';
import { statusDocuments } from '../../src/status/index.ts';
import { completeDataPlane } from './harness/capabilities.ts';
import { Cluster } from './harness/cluster.ts';
import { suiteTests } from './harness/expectation.ts';
import { containerPort, podsOf, slicesOf } from './harness/pods.ts';
import type { PlainObject } from './harness/suite-objects.ts';
import { baseObjects, controllerName, testObjects } from './harness/suite-objects.ts';

const settings = { controllerName, capabilities: completeDataPlane, adoptForeignClasses: false, checkAuthorities, checkKeyPair };

/** An address for each Gateway by its name, so that nothing depends on who comes first. */
function placed(graph: Graph): Placement {
  const keys = [...graph.gateways.keys()].sort();
  return new Map(keys.map((key, index) => [key, { addresses: [{ type: 'IPAddress', value: `127.0.1.${index + 1}` }], ports: new Map() }]));
}

function meaning(objects: readonly PlainObject[]): unknown {
  const { graph } = compile(new Cluster(objects).snapshot(), settings);
  const placement = placed(graph);
  const documents = statusDocuments(graph, { placement, report: { listeners: {} }, now: '2026-01-01T00:00:00Z' });
  const statuses = Object.fromEntries(documents.map(({ ref, status }) => [`${ref.kind} ${ref.namespace}/${ref.name}`, status]));
  return JSON.parse(JSON.stringify({ statuses, ir: lower(graph, placement) }));
}

for (const one of suiteTests().filter(({ file }) => !file.startsWith('tests/mesh/'))) {
  test(`${one.name}: read backwards, the meaning is the same`, () => {
    const own = [...baseObjects(), ...testObjects(one)];
    const objects = [...own, ...slicesOf(own, { pods: podsOf(own, '10.0.0'), port: containerPort })];
    assert.deepEqual(meaning(objects.toReversed()), meaning(objects));
  });
}
