/** One certificate for all replicas of the controller, kept in a real API server and renewed while data planes follow their configuration. */
import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import { ControlPlaneCertificate, type CertificateState } from '../../../src/controller/index.ts';
import { AdsClient, AdsServer, selfSigned } from '../../../src/xds/index.ts';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane } from './control-plane.ts';
import { read, remove } from './objects.ts';
import { noApiServer } from './programs.ts';

const limit = { timeout: 60_000 };
const typeUrl = 'type.googleapis.com/test.Entry';
const gateway = 'default/web';

interface Replica {
  readonly certificate: ControlPlaneCertificate;
  readonly states: CertificateState[];
  readonly address: string;
  publish(text: string): void;
}

suite('the certificate of the control plane', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start({ crds: false });
  });
  after(() => plane.close());

  async function replica(t: TestContext, name: string, leads: boolean, times: { readonly lifetimeMs?: number; readonly overlapMs?: number } = {}): Promise<Replica> { // oxlint-disable-line max-params -- who, and how.
    const states: CertificateState[] = [];
    const server = new AdsServer({
      ...selfSigned(['postern.invalid'], 1, new Date()), typeUrl, mayRead: () => Promise.resolve(true),
      onSettled: () => undefined, onClients: () => undefined, onTrouble: () => undefined,
    });
    const certificate = new ControlPlaneCertificate(plane.access(), leads, {
      names: ['127.0.0.1'], secret: { namespace: 'default', name }, lookMs: 50, ...times, onTrouble: (it) => t.diagnostic(it),
      onChange(state) {
        states.push(state);
        server.show(state.shown);
      },
    });
    const port = await server.listen(0, '127.0.0.1');
    t.after(async () => {
      certificate.close();
      await server.close();
    });
    const publish = (text: string): void => server.publish(gateway, { resources: new Map([['a', { name: 'a', version: text, bytes: Buffer.from(text) }]]) });
    return { certificate, states, address: `https://127.0.0.1:${port}`, publish };
  }

  function follow(t: TestContext, server: string, authority: () => string): { readonly taken: string[]; readonly troubles: string[] } {
    const [taken, troubles]: [string[], string[]] = [[], []];
    const client = new AdsClient({
      server, typeUrl, nodeId: `${gateway}#pod`, authority, token: () => 'token', versions: () => new Map(),
      take(change) {
        taken.push(...change.resources.map((it) => it.bytes.toString()));
        return Promise.resolve(undefined);
      },
      onTrouble: (it) => void troubles.push(it),
    });
    void client.run();
    t.after(() => client.stop());
    return { taken, troubles };
  }

  test('the leader makes it, all show it, and it outlives them', limit, async (t) => {
    const follower = await replica(t, 'shared', false);
    assert.equal(follower.certificate.authority, undefined);
    const leader = await replica(t, 'shared', true);
    await until(t, () => follower.states.length === 1 && leader.states.length === 1);
    assert.deepEqual(follower.states, leader.states);
    follower.publish('1');
    const { taken } = follow(t, follower.address, () => leader.certificate.authority!);
    await until(t, () => taken.join() === '1');
    const later = await replica(t, 'shared', true);
    await until(t, () => later.states.length > 0);
    assert.deepEqual(later.states, leader.states);
    const { type } = await read(plane.client, 'Secret', { namespace: 'default', name: 'shared' });
    assert.equal(type, 'kubernetes.io/tls');
  });

  test('of two that lead at once one makes it', limit, async (t) => {
    const both = await Promise.all([replica(t, 'both', true), replica(t, 'both', true)]);
    await until(t, () => both.every((it) => it.states.length > 0));
    assert.equal(both[0].states.at(-1)!.shown.certificate, both[1].states.at(-1)!.shown.certificate);
  });

  test('one that is deleted is kept again', limit, async (t) => {
    const leader = await replica(t, 'deleted', true);
    await until(t, () => leader.states.length === 1);
    await remove(plane.client, 'Secret', { namespace: 'default', name: 'deleted' });
    for (let isThere = false; !isThere;) isThere = await read(plane.client, 'Secret', { namespace: 'default', name: 'deleted' }).then(() => true, () => false);
    const other = await replica(t, 'deleted', false);
    await until(t, () => other.states.length === 1);
    assert.deepEqual(other.states, leader.states);
  });

  test('it is renewed before its end: streams go on, and whoever connects trusts what is shown', limit, async (t) => {
    const times = { lifetimeMs: 6000, overlapMs: 700 };
    const [leader, follower] = [await replica(t, 'renewed', true, times), await replica(t, 'renewed', false, times)];
    await until(t, () => follower.states.length > 0 && leader.states.length > 0);
    // As a pod has it: a while later than the control plane.
    let handedOut = leader.certificate.authority!;
    const handing = setInterval(() => void setTimeout((it: string) => void (handedOut = it), 300, leader.certificate.authority!), 50);
    t.after(() => clearInterval(handing));
    follower.publish('0');
    const steady = follow(t, follower.address, () => handedOut);
    await until(t, () => steady.taken.length === 1);
    const shown = (): number => new Set(follower.states.map((it) => it.shown.certificate)).size;
    for (let at = 1; shown() < 4; at++) {
      const newcomer = follow(t, follower.address, () => handedOut);
      follower.publish(String(at));
      await until(t, () => newcomer.taken.length > 0 && steady.taken.at(-1) === String(at));
      assert.deepEqual(newcomer.troubles, []);
    }
    assert.deepEqual(steady.troubles, [], 'the stream that was there from the beginning was never broken');
  });
});
