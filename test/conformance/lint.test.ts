/** Lint and status say the same: an object is complained about exactly where its status refuses something. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAuthorities, checkKeyPair, compile } from '../../src/controller/index.ts';
import type { ApplyReport, ObjectRef, Placement } from '../../src/contract/index.ts';
import { describeRef } from '../../src/contract/index.ts';
import { statusDocuments } from '../../src/status/index.ts';
import type { StatusDocument } from '../../src/status/index.ts';
import { completeDataPlane } from './harness/capabilities.ts';
import { Cluster } from './harness/cluster.ts';
import { suiteTests } from './harness/expectation.ts';
import { containerPort, podsOf, slicesOf } from './harness/pods.ts';
import type { AnyStatus } from './harness/status-check.ts';
import { baseObjects, controllerName, testObjects } from './harness/suite-objects.ts';

const settings = { controllerName, capabilities: completeDataPlane, adoptForeignClasses: false, checkAuthorities, checkKeyPair };

/** Conditions whose True is the bad news; OverlappingTLSConfig is none, since it takes nothing away. */
const badWhenTrue = new Set(['Conflicted', 'PartiallyInvalid']);

function refuses({ status }: StatusDocument): boolean {
  const { conditions = [], listeners = [], parents = [], ancestors = [] } = status as AnyStatus;
  const all = [...conditions, ...listeners.flatMap((one) => one.conditions), ...parents.flatMap((one) => one.conditions), ...ancestors.flatMap((one) => one.conditions ?? [])];
  return all.some(({ type, status: value }) => value === (badWhenTrue.has(type) ? 'True' : 'False') && type !== 'OverlappingTLSConfig');
}

const names = (refs: readonly ObjectRef[]): string[] => [...new Set(refs.map(describeRef))].sort();

for (const one of suiteTests().filter(({ file }) => !file.startsWith('tests/mesh/'))) {
  test(`${one.name}: lint complains where status refuses`, () => {
    const own = [...baseObjects(), ...testObjects(one)];
    const cluster = new Cluster([...own, ...slicesOf(own, { pods: podsOf(own, '10.0.0'), port: containerPort })]);
    const { graph, findings } = compile(cluster.snapshot(), settings);
    const gateways = [...graph.gateways.values()];
    const placement: Placement = new Map([...graph.gateways.keys()]
      .map((key) => [key, { addresses: [{ type: 'IPAddress', value: '127.0.0.1' }], ports: new Map() }]));
    const serving = gateways.flatMap(({ listeners }) => listeners).map(({ key }) => [key, { state: 'serving' }] as const);
    const report: ApplyReport = { listeners: Object.fromEntries(serving) };
    const refused = statusDocuments(graph, { placement, report, now: '2026-01-01T00:00:00Z' }).filter(refuses).map(({ ref }) => ref);
    // A route whose parent does not exist gets a finding, but no controller may write a status for that parent.
    const told = findings.filter(({ code, severity }) => severity !== 'info' && code !== 'parent-not-found').map(({ object }) => object);
    assert.ok(!told.includes(undefined), 'a finding without an object');
    assert.deepEqual(names(told.filter((ref) => ref !== undefined)), names(refused));
  });
}
