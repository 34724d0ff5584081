import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DataPlaneKind } from './data-plane.ts';
import { loadCases } from './load-cases.ts';
import { runStep } from './run-step.ts';
import { World } from './world.ts';

/** The whole table as tests of one data plane. `skips`: cases that it leaves out, with the reason. */
export function runTable(kind: DataPlaneKind, skips: { readonly [name: string]: string } = {}): void {
  const cases = loadCases(join(import.meta.dirname, '../cases'));
  for (const { name, behaviour } of cases) {
    const reason = skips[name];
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
  const odd = Object.keys(skips).filter((name) => !cases.some((it) => it.name === name));
  if (odd.length > 0) throw new Error(`the table has no ${odd.join(', ')}`);
}
