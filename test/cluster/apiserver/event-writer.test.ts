/** Events in a real API server. */
import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventWriter, type EventWriterOptions, type WantedEvent } from '../../../src/source/index.ts';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane, type User } from './control-plane.ts';
import { noApiServer } from './programs.ts';

const limit = { timeout: 60_000 };

function wanted(name: string, note = 'its parent is not there'): WantedEvent {
  return { regarding: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'default', name, uid: `uid-of-${name}` }, reason: 'ParentNotFound', action: 'Attach', note };
}

suite('an event writer', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start({ crds: false });
  });
  after(() => plane.close());

  function writing(t: TestContext, options: Partial<EventWriterOptions> = {}, user: User = 'admin'): { writer: EventWriter; troubles: string[] } {
    const troubles: string[] = [];
    const writer = new EventWriter(plane.access(user), { reportingController: 'postern.dev/gateway-controller', reportingInstance: 'a', leads: true, holdMs: 0, onTrouble: (it) => void troubles.push(it), ...options });
    t.after(() => writer.close());
    return { writer, troubles };
  }

  interface SeenEvent {
    readonly regarding: { readonly name: string };
    readonly note: string;
    readonly type: string;
  }

  async function seen(prefix: string): Promise<SeenEvent[]> {
    const { items } = await plane.client.call<{ items: SeenEvent[] }>({ method: 'GET', path: '/apis/events.k8s.io/v1/namespaces/default/events' });
    return items.filter(({ regarding }) => regarding.name.startsWith(prefix));
  }

  async function untilSeen(prefix: string, count: number): Promise<SeenEvent[]> {
    for (;;) {
      const events = await seen(prefix);
      if (events.length >= count) return events;
      await sleep(20);
    }
  }

  test('tells what holds once, however often it is wanted and whoever leads', limit, async (t) => {
    const [first, second] = [writing(t), writing(t, { reportingInstance: 'b' })];
    for (const { writer } of [first, second, first]) writer.want([wanted('once'), wanted('once', 'for another reason')]);
    await untilSeen('once', 2);
    // The second one has tried too, once this is there.
    second.writer.want([wanted('once'), wanted('once', 'for another reason'), wanted('once-last', 'x'.repeat(2000))]);
    const events = await untilSeen('once', 3);
    assert.deepEqual(events.map((it) => `${it.type} ${it.note.slice(0, 30)}`).sort(), ['Warning for another reason', 'Warning its parent is not there', `Warning ${'x'.repeat(30)}`]);
    assert.deepEqual([first.troubles, second.troubles], [[], []]);
  });

  test('does not tell what passed at once, or what another leader has to tell', limit, async (t) => {
    const { writer } = writing(t, { holdMs: 300 });
    const { writer: follower } = writing(t, { leads: false });
    follower.want([wanted('brief-follower')]);
    writer.want([wanted('brief-passes'), wanted('brief-stays')]);
    writer.want([wanted('brief-stays')]);
    await untilSeen('brief-stays', 1);
    assert.deepEqual((await seen('brief')).map((it) => it.regarding.name), ['brief-stays']);
    follower.lead(true);
    await untilSeen('brief-follower', 1);
  });

  test('tells many slowly', limit, async (t) => {
    const { writer } = writing(t, { burst: 10, refillMs: 50 });
    const startedAt = performance.now();
    writer.want(Array.from({ length: 40 }, (_, at) => wanted(`many-${at}`)));
    for (let count = 0; count < 40;) {
      count = (await seen('many')).length;
      assert.ok(count <= 11 + (performance.now() - startedAt) / 50, `${count} after ${performance.now() - startedAt} ms`);
    }
  });

  test('says once that it may not', limit, async (t) => {
    const { writer, troubles } = writing(t, {}, 'stranger');
    writer.want([wanted('forbidden-1'), wanted('forbidden-2')]);
    await until(t, () => troubles.length > 0);
    assert.match(troubles.join('\n'), /^an Event could not be written: events.events.k8s.io is forbidden: User "stranger" cannot create resource/);
  });
});
