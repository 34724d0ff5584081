import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Runtime } from '../runtime.ts';
import { newStats } from '../stats.ts';
import { TimerWheel } from '../time/wheel.ts';
import { SpanExporter } from './span-exporter.ts';

/** An exporter whose collector never answers, because there is none. */
function lonely(): { readonly exporter: SpanExporter; readonly runtime: Runtime; readonly said: string[] } {
  const said: string[] = [];
  const runtime = { stats: newStats(), wheel: new TimerWheel() } as unknown as Runtime;
  const pool = { call: () => 'no-endpoint' } as never;
  return { runtime, said, exporter: new SpanExporter({ pool, protocol: 'http', authority: 'a', headerLines: '', resource: new Map() }, runtime, (line) => said.push(line)) };
}

test('a queue that is full drops what comes, by number', async () => {
  const { exporter, runtime, said } = lonely();
  for (let i = 0; i < 3000; i++) exporter.add(Buffer.alloc(10));
  assert.equal(runtime.stats.spansLost, 3000 - 2048);
  await exporter.finish();
  assert.equal(runtime.stats.spansLost, 3000);
  assert.deepEqual(said, ['The collector a takes no spans: postern_spans_lost_total counts those that are lost.']);
  exporter.add(Buffer.alloc(10));
  assert.equal(runtime.stats.spansLost, 3001);
});

test('a queue that is full drops what comes, by size', async () => {
  const { exporter, runtime } = lonely();
  for (let i = 0; i < 10; i++) exporter.add(Buffer.alloc(1 << 20));
  assert.equal(runtime.stats.spansLost, 10 - 4);
  exporter.drop();
  assert.equal(runtime.stats.spansLost, 10);
  await exporter.finish();
  assert.equal(runtime.stats.spansLost, 10);
});
