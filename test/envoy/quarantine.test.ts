/** What a real Envoy refuses is kept from it, alone, and its object says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { conditionsOf, envoyWorld, route, rule } from './envoy-world.ts';

const limit = { timeout: 60_000, skip: envoyBinary() === undefined ? howToGetEnvoy : false };
/** Envoy's own limit of expressions, which Postern lifts; with it Envoy refuses what the Gateway API allows. */
const runtime = { 're2.max_program_size.error_level': 100 };
const large = '/(a|b){1,200}';
/** A rule with a filter in which such an expression stands. */
const cors = { ...rule('PathPrefix', '/cors'), filters: [{ type: 'CORS', cors: { allowOrigins: [`https://*.${'long-'.repeat(11)}name.${'long-'.repeat(11)}name.${'long-'.repeat(11)}name.example`] } }] };
const good = Array.from({ length: 200 }, (_, index) => route(`good-${index}`, rule('PathPrefix', '/')));

for (const variant of ['delta', 'state-of-the-world'] as const) {
  test(`over ${variant}: of 201 routes Envoy refuses one: 200 serve, and that one says why; a new Envoy in that state serves the 200; it heals when it is mended`, limit, async (t) => {
    const world = await envoyWorld(t, { runtime, variant });
    const bad = route('bad', rule('PathPrefix', '/fine'), cors);
    const { report } = await world.serve(...good, bad);
    assert.deepEqual(report.refused?.map(({ origin }) => [origin.name, origin.rule]), [['bad', 1]]);
    const served = async (): Promise<void> => {
      for (let index = 0; index < 200; index++) assert.equal(await world.get(`good-${index}.test`, '/'), 200, `good-${index}`);
      assert.equal(await world.get('bad.test', '/fine'), 200, 'the other rule of the same route');
      assert.equal(await world.get('bad.test', '/cors'), 500);
    };
    await served();
    const { Accepted: accepted, PartiallyInvalid: partial } = conditionsOf(world.applied(), 'bad');
    assert.equal(accepted?.status, 'True');
    assert.equal(partial?.status, 'True');
    assert.match(partial?.message ?? '', /^Dropped Rule 1 \(the data plane refuses it: .*program size/);
    assert.equal(conditionsOf(world.applied(), 'good-7')['PartiallyInvalid'], undefined);

    const before = world.envoy.pid!;
    process.kill(before, 'SIGKILL');
    await world.until(async () => world.envoy.pid !== before && await world.get('good-0.test', '/') === 200);
    await served();

    await world.serve(...good, route('bad', rule('PathPrefix', '/fine'), rule('PathPrefix', '/cors')));
    assert.equal(await world.get('bad.test', '/cors'), 200);
    assert.equal(conditionsOf(world.applied(), 'bad')['PartiallyInvalid'], undefined);
  });
}

test('a rule that becomes bad leaves what was served, and an edit of another route goes through beside it', limit, async (t) => {
  const world = await envoyWorld(t, { runtime });
  await world.serve(route('one', rule('PathPrefix', '/')), route('two', rule('PathPrefix', '/')));
  await world.serve(route('one', rule('RegularExpression', large)), route('two', rule('PathPrefix', '/')));
  assert.equal(await world.get('one.test', '/aab'), 404, 'its match is what Envoy refuses, so nobody can tell its requests');
  assert.equal(conditionsOf(world.applied(), 'one')['Accepted']?.status, 'False', 'nothing of it is left');
  const { report } = await world.serve(route('one', rule('RegularExpression', large)), route('two', rule('PathPrefix', '/new')));
  assert.equal(report.refused?.length, 1);
  assert.deepEqual([await world.get('two.test', '/new'), await world.get('two.test', '/')], [200, 404]);
});

test('many bad rules are all found', limit, async (t) => {
  const world = await envoyWorld(t, { runtime });
  const bad = Array.from({ length: 12 }, (_, index) => route(`bad-${index}`, rule('RegularExpression', `${large}${index}`)));
  const { report } = await world.serve(...good, ...bad);
  assert.deepEqual(report.refused?.map((it) => it.origin.name).sort(), Array.from({ length: 12 }, (_, index) => `bad-${index}`).sort());
  assert.equal(await world.get('good-199.test', '/'), 200);
});
