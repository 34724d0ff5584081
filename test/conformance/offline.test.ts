/** The suite's manifests through the pipeline, statuses compared; every listener counts as served. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import type { Graph } from '../../src/attach/index.ts';
import { AddressBook, checkAuthorities, checkKeyPair, compile } from '../../src/controller/index.ts';
import type { ApplyReport } from '../../src/contract/index.ts';
import type { Model } from '../../src/model/index.ts';
import { statusDocuments } from '../../src/status/index.ts';
import type { StatusDocument } from '../../src/status/index.ts';
import { completeDataPlane } from './harness/capabilities.ts';
import { Cluster } from './harness/cluster.ts';
import type { Expectation } from './harness/expectation.ts';
import { expectations, skipped } from './harness/expectation.ts';
import { containerPort, filledSlice, podsOf, slicesOf } from './harness/pods.ts';
import { failures } from './harness/status-check.ts';
import { baseObjects, controllerName, suiteTest, testObjects } from './harness/suite-objects.ts';
import { world } from './harness/world.ts';

const addresses = new AddressBook({ pool: `127.${randomInt(64, 128)}.${randomInt(1, 255)}.0/24` });
const settings = { controllerName, capabilities: completeDataPlane, adoptForeignClasses: false, checkAuthorities, checkKeyPair };

function allServing(graph: Graph): ApplyReport {
  const keys = [...graph.gateways.values()].flatMap((gateway) => gateway.listeners.map((listener) => listener.key));
  return { listeners: Object.fromEntries(keys.map((key) => [key, { state: 'serving' }])) };
}

async function statuses(cluster: Cluster, previous: Model | undefined): Promise<{ model: Model; documents: readonly StatusDocument[] }> {
  const { model, graph } = compile(cluster.snapshot(), settings, previous);
  const { placement } = await addresses.place(graph);
  return { model, documents: statusDocuments(graph, { placement, report: allServing(graph), now: '2026-01-01T00:00:00Z' }) };
}

/** Every test of the suite runs beside others, whose readiness checks wait for its Gateways too. */
const implied = { ready: ['gateway-conformance-infra', 'gateway-conformance-app-backend', 'gateway-conformance-web-backend'] };

async function replay(expectation: Expectation): Promise<string[]> {
  const objects = [...baseObjects(), ...testObjects(suiteTest(expectation.test))];
  const running = { pods: podsOf(objects, '10.0.0'), port: containerPort };
  const cluster = new Cluster([...objects, ...slicesOf(objects, running)]);
  let model: Model | undefined;
  const problems: string[] = [];
  for (const step of expectation.steps) {
    if (step.edit !== undefined) cluster.edit(step.edit, (slice, deployment) => filledSlice(slice, deployment, running));
    const now = await statuses(cluster, model);
    model = now.model;
    const seen = world(cluster, now.documents);
    problems.push(...[implied, ...(step.status ?? [])].flatMap((check) => failures(seen, check)));
  }
  return problems;
}

for (const expectation of expectations()) {
  test(`${expectation.test} (${expectation.source})`, { skip: skipped(expectation, 'status') }, async () => {
    assert.deepEqual(await replay(expectation), []);
  });
}
