/** Elections on a real API server, whose holders die and whose clocks lie. */
import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Election } from '../../../src/source/index.ts';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane } from './control-plane.ts';
import { noApiServer } from './programs.ts';
import { Way } from './way.ts';

const limit = { timeout: 60_000 };
const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';

interface Candidate {
  readonly election: Election;
  /** `name leads` and `name lost`, of all candidates in the order in which it happened. */
  readonly told: string[];
}

suite('an election', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start({ crds: false });
  });
  after(() => plane.close());

  function candidate(t: TestContext, lease: string, identity: string, { told = [], way }: { told?: string[]; way?: Way } = {}): Candidate { // oxlint-disable-line max-params -- who, where.
    const election = new Election(plane.access('admin', way?.url), {
      namespace: 'default', name: lease, identity, durationMs: 2000, retryMs: 100,
      onLead: () => void told.push(`${identity} leads`), onLoss: () => void told.push(`${identity} lost`), onTrouble: () => undefined,
    });
    void election.run();
    t.after(() => election.stop());
    return { election, told };
  }

  test('of many one leads', limit, async (t) => {
    const told: string[] = [];
    const all = ['a', 'b', 'c', 'd'].map((it) => candidate(t, 'many', it, { told }));
    await until(t, () => told.length > 0);
    await sleep(500);
    assert.equal(all.filter(({ election }) => election.leads).length, 1);
    assert.equal(told.length, 1);
  });

  test('a leader that is cut off knows that it lost before another leads', limit, async (t) => {
    const way = await Way.to(t, plane.port);
    const told: string[] = [];
    candidate(t, 'cut', 'first', { told, way });
    await until(t, () => told.length === 1);
    candidate(t, 'cut', 'second', { told });
    way.block();
    await until(t, () => told.length === 3);
    assert.deepEqual(told, ['first leads', 'first lost', 'second leads']);
    way.unblock();
  });

  test('a leader that is stalled, and hears nothing at all, knows it too', limit, async (t) => {
    const way = await Way.to(t, plane.port);
    const told: string[] = [];
    candidate(t, 'stalled', 'first', { told, way });
    await until(t, () => told.length === 1);
    candidate(t, 'stalled', 'second', { told });
    way.hang();
    await until(t, () => told.includes('second leads'));
    assert.deepEqual(told.slice(0, 3), ['first leads', 'first lost', 'second leads']);
  });

  test('a leader that steps down lets another in at once', limit, async (t) => {
    const told: string[] = [];
    const first = candidate(t, 'down', 'first', { told });
    await until(t, () => told.length === 1);
    candidate(t, 'down', 'second', { told });
    await first.election.stop();
    await until(t, () => told.at(-1) === 'second leads');
    const { spec } = await plane.client.call<{ spec: { holderIdentity: string; leaseTransitions: number } }>({ method: 'GET', path: `${leases}/down` });
    assert.deepEqual([spec.holderIdentity, spec.leaseTransitions], ['second', 1]);
  });

  test('a holder\'s clock is not trusted: it leads as long as it renews, whatever time it writes', limit, async (t) => {
    const renewed = (year: number): string => `${year}-01-01T00:00:00.000000Z`;
    const spec = { holderIdentity: 'liar', leaseDurationSeconds: 1 };
    await plane.client.call({ method: 'POST', path: leases, body: { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'clock' }, spec: { ...spec, renewTime: renewed(1999) } } });
    const { told } = candidate(t, 'clock', 'honest');
    for (let year = 2000; year < 2025; year++) {
      await plane.client.call({ method: 'PATCH', path: `${leases}/clock`, contentType: 'application/merge-patch+json', body: { spec: { renewTime: renewed(year) } } });
      await sleep(100);
    }
    assert.deepEqual(told, []);
    // Its time is in the future now, and it is dead.
    await plane.client.call({ method: 'PATCH', path: `${leases}/clock`, contentType: 'application/merge-patch+json', body: { spec: { renewTime: renewed(2999) } } });
    await until(t, () => told.length === 1);
  });
});
