/** The behaviour table: manifests, requests and expected answers, on real sockets, against every data plane; see README.md. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { dataPlanes } from './harness/data-plane.ts';
import { loadCases } from './harness/load-cases.ts';
import { runStep } from './harness/run-step.ts';
import { World } from './harness/world.ts';

for (const kind of dataPlanes) {
  for (const { name, behaviour } of loadCases(join(import.meta.dirname, 'cases'))) {
    const reason = behaviour.skip?.[kind.name];
    test(`${kind.name} ${name}: ${behaviour.about}`, { timeout: 60_000, ...(reason === undefined ? {} : { skip: reason }) }, async (t) => {
      const world = await World.start(behaviour, kind);
      t.after(() => world.stop());
      assert.deepEqual(world.errors, [...behaviour.findings ?? []].sort(), 'errors among the findings');
      for (const [index, step] of behaviour.steps.entries()) {
        const problems = await runStep(step, world, behaviour);
        assert.deepEqual(problems, [], `step ${index + 1}: ${JSON.stringify(step).slice(0, 300)}`);
      }
    });
  }
}
