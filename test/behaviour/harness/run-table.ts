import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DataPlaneKind } from './data-plane.ts';
import { type Difference, withDifference } from './differences.ts';
import { loadCases } from './load-cases.ts';
import { runStep } from './run-step.ts';
import { World } from './world.ts';

/** The whole table as tests of one data plane. */
export function runTable(kind: DataPlaneKind, differences: { readonly [name: string]: Difference } = {}): void {
  const cases = loadCases(join(import.meta.dirname, '../cases'));
  for (const { name, behaviour } of cases) {
    const difference = differences[name];
    const one = withDifference(behaviour, difference);
    test(`${kind.name} ${name}: ${behaviour.about}`, { timeout: 60_000, ...(difference?.skip === true ? { skip: difference.why } : {}) }, async (t) => {
      const world = await World.start(one, kind);
      t.after(() => world.stop());
      assert.deepEqual(world.errors, [...one.findings ?? []].sort(), 'errors among the findings');
      for (const [index, step] of one.steps.entries()) {
        const problems = await runStep(step, world, one);
        assert.deepEqual(problems, [], `step ${index + 1}: ${JSON.stringify(step).slice(0, 300)}`);
      }
    });
  }
  const odd = Object.keys(differences).filter((name) => !cases.some((it) => it.name === name));
  if (odd.length > 0) throw new Error(`the table has no ${odd.join(', ')}`);
}
