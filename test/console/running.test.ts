/** The console of a real `postern serve`: what goes through it, edits, and more than one process. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Overview, Page } from '../../src/view/index.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { ServeProcess } from '../scenarios/serve-process.ts';

interface Running {
  readonly serving: ServeProcess;
  readonly folder: string;
  ask<T>(view: string): Promise<T>;
}

async function running(t: TestContext, flags: readonly string[] = []): Promise<Running> {
  const folder = tempFolder(t);
  cpSync(join(import.meta.dirname, 'shop'), folder, { recursive: true });
  const serving = await ServeProcess.start(folder, { flags });
  t.after(() => serving.stop());
  const { address, port } = await serving.admin();
  return { serving, folder, ask: async (view) => await (await fetch(`http://${address}:${port}/console/api/${view}`)).json() as never };
}

async function until<T>(ask: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const value = await ask();
    if (holds(value)) return value;
    assert.ok(Date.now() < end, JSON.stringify(value));
  }
}

for (const workers of ['1', '2']) {
  test(`requests are told by route without an option, with ${workers} process${workers === '1' ? '' : 'es'}`, { timeout: 60_000 }, async (t) => {
    const { serving, ask } = await running(t, ['--workers', workers]);
    await ask('traffic');
    const { address, port } = serving.open('shop/web', 80);
    const rows = await until(async () => {
      await Promise.all(['/', '/cart', '/pay', '/nowhere'].map((path) => fetch(`http://${address}:${port}${path}`).then((it) => it.arrayBuffer())));
      return (await ask<Page<{ readonly key: string; readonly rate: number; readonly failed: number }>>('busiest?count=50')).rows;
    }, (found) => found.filter(({ key }) => key.startsWith('httproute/')).length === 4);
    const of = (key: string): { readonly rate: number; readonly failed: number } | undefined => rows.find((it) => it.key === key);
    assert.equal(of('httproute/shop/shop/rules/1')?.failed, of('httproute/shop/shop/rules/1')?.rate, 'nobody is behind /pay');
    assert.equal(of('httproute/shop/shop/rules/0')?.failed, 0);
    assert.ok(of('service/shop/front/80') !== undefined && of('gateway/shop/web/http') !== undefined);
    const admin = await serving.admin();
    assert.doesNotMatch(await (await fetch(`http://${admin.address}:${admin.port}/metrics`)).text(), /route="|postern_route_requests/, 'a scrape has no series more');
  });
}

test('an edit is told to those who follow, and shown', { timeout: 60_000 }, async (t) => {
  const { serving, folder, ask } = await running(t);
  const { address, port } = await serving.admin();
  const ended = new AbortController();
  t.after(() => ended.abort());
  const events = (await fetch(`http://${address}:${port}/console/api/events`, { signal: ended.signal })).body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  const hear = async (words: string): Promise<void> => {
    while (!heard.includes(words)) heard += (await events.read()).value ?? assert.fail('the stream has ended');
  };
  await hear('"revision":1');
  assert.deepEqual((await ask<Overview>('overview')).problems.rows.map(({ key }) => key), ['httproute/shop/blog', 'service/shop/pay']);
  const file = join(folder, 'shop.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('name: wbe', 'name: web'));
  await hear('"revision":2');
  assert.deepEqual((await ask<Overview>('overview')).problems.rows.map(({ key }) => key), ['service/shop/pay']);
});
