import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Balancing, Ejection, Endpoint } from '../../ir/index.ts';
import { BackendMeter } from '../observe/backend-meter.ts';
import { Meters } from '../observe/meters.ts';
import { toOptions } from '../options.ts';
import type { Runtime } from '../runtime.ts';
import { newStats } from '../stats.ts';
import { TimerWheel } from '../time/wheel.ts';
import { BackendPool, type EndpointPool } from './backend-pool.ts';

function poolOf(): { pool: BackendPool; runtime: Runtime } {
  const runtime = { options: toOptions({}), stats: newStats(), wheel: new TimerWheel(), meters: new Meters(false), observers: [] } as unknown as Runtime;
  return { pool: new BackendPool(new BackendMeter('main', undefined), runtime), runtime };
}

/** Whole numbers below a limit, the same in each run. */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % limit;
  };
}

const at = (number: number, state: Partial<Endpoint> = { ready: true }): Endpoint => ({ address: `10.0.0.${number}`, port: 80, ready: false, ...state });
const ejection: Ejection = { on: 'connect', failures: 2, firstMs: 60_000, mostMs: 60_000 };
const methods: readonly Balancing[] = [{ kind: 'round-robin' }, { kind: 'least-request' }, { kind: 'hash', on: { kind: 'source' } }];

for (const balancing of methods) {
  test(`${balancing.kind}: whatever happens, only endpoints that may be asked are chosen`, () => {
    const { pool, runtime } = poolOf();
    const random = seeded(7);
    pool.balanceWith({ balancing, ejection, slowStartMs: 60_000 });
    const tokens = new Set<string>();
    for (let round = 0; round < 300; round++) {
      const drawn = Array.from({ length: random(8) }, (_, index) => at(index + random(3), [{ ready: true }, { ready: false }, { ready: false, draining: true as const }][random(3)]!));
      const list = [...new Map(drawn.map((it) => [it.address, it])).values()];
      pool.update(list);
      const ready = list.filter((it) => it.ready).map(({ address }) => address);
      const allowed = new Set(ready.length > 0 ? ready : list.filter((it) => it.draining === true).map(({ address }) => address));
      const failed: EndpointPool[] = [];
      for (let i = 0; i < 10; i++) {
        const token = [...tokens][random(tokens.size + 1)];
        const chosen = pool.next([undefined, { hash: random(1000) }, { token }][random(3)], failed);
        if (allowed.size > 0) assert.ok(chosen !== undefined && allowed.has(chosen.address), `${chosen?.address} of ${[...allowed].join()}`);
        else assert.equal(chosen, undefined);
        if (chosen === undefined) continue;
        tokens.add(chosen.token);
        assert.ok(!failed.includes(chosen) || failed.length * 2 >= allowed.size, 'one that failed, while most have not');
        if (random(2) === 0) chosen.missed();
        if (random(3) === 0) failed.push(chosen);
        if (random(5) === 0) chosen.connected();
      }
      assert.ok(runtime.stats.activeEjections >= 0 && runtime.stats.activeEjections <= allowed.size);
    }
    pool.retire();
    assert.equal(runtime.stats.activeEjections, 0);
    assert.ok(runtime.stats.ejections > 0);
    runtime.wheel.stop();
  });
}

test('a token leads to its endpoint while that may be asked, and is the same wherever the endpoint is', () => {
  const { pool, runtime } = poolOf();
  pool.balanceWith({ ejection });
  pool.update([1, 2, 3].map((it) => at(it)));
  const one = pool.next()!;
  for (let i = 0; i < 5; i++) assert.equal(pool.next({ token: one.token }), one);
  assert.notEqual(pool.next({ token: one.token }, [one]), one);
  one.missed();
  one.missed();
  assert.notEqual(pool.next({ token: one.token }), one);
  pool.update([1, 2, 3].filter((it) => at(it).address !== one.address).map((it) => at(it)));
  assert.notEqual(pool.next({ token: one.token })?.address, one.address);
  pool.update([1, 2, 3].map((it) => at(it)));
  assert.equal(pool.next({ token: one.token })?.address, one.address);
  pool.retire();
  runtime.wheel.stop();
});

test('endpoints and their turns stay when an edit changes nothing of them', () => {
  const { pool } = poolOf();
  pool.update([at(1), at(2)]);
  const before = [pool.next(), pool.next()];
  pool.balanceWith({});
  pool.update([at(1), at(2)]);
  assert.deepEqual(new Set([pool.next(), pool.next()]), new Set(before));
});

test('a pool that has left still leads those to an endpoint who had begun; one that may not be used does not', () => {
  for (const isKept of [true, false]) {
    const { pool, runtime } = poolOf();
    pool.update([at(1)]);
    if (isKept) pool.retire();
    else pool.shut('tls-refused');
    assert.equal(pool.next()?.address, isKept ? '10.0.0.1' : undefined);
    assert.notEqual(pool.next()?.isActive, true, 'its connections carry no further request');
    runtime.wheel.stop();
  }
});
