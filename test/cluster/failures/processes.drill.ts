/** What breaks around a data plane that carries traffic: controllers that are killed, an API server and an etcd that are away. */
import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, before, suite, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane } from '../apiserver/control-plane.ts';
import { condition, FleetRig, freePort, paths, type Program, type Thing } from '../apiserver/fleet-rig.ts';
import { inTurns } from '../apiserver/objects.ts';
import { noApiServer } from '../apiserver/programs.ts';
import { SteadyLoad } from './steady-load.ts';

const limit = { timeout: 120_000 };
const routes = 50;
const gatewayApi = 'gateway.networking.k8s.io/v1';

/** As a Service stands before several controllers: whoever is there gets the connection. */
async function balancer(ports: readonly number[]): Promise<Server> {
  let turn = 0;
  const server = createServer((near) => {
    const attempt = (left: number): void => {
      const far = connect(ports[turn++ % ports.length]!, '127.0.0.1');
      far.once('connect', () => {
        near.pipe(far).pipe(near);
        near.once('close', () => far.destroy());
      });
      far.once('error', () => (left > 0 ? attempt(left - 1) : near.destroy()));
      far.once('close', () => near.destroy(far.errored === null ? undefined : far.errored));
    };
    near.on('error', () => near.destroy());
    attempt(ports.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

suite('under a steady load', { skip: noApiServer }, () => {
  let [plane, rig, load]: [ControlPlane?, FleetRig?, SteadyLoad?] = [];
  let port = 0;
  let controlPlane = '';
  const controllers: { readonly place: string; program: Program }[] = [];
  const ends: (() => unknown)[] = [];
  const atEnd = { after: (end: unknown) => void ends.unshift(end as () => unknown) } as Pick<TestContext, 'after'>;

  const name = (at: number): string => `route-${at}`;
  const edit = (at: number, word: string): Promise<Thing> => rig!.apply(paths.httpRoute(`default/${name(at)}`), {
    apiVersion: gatewayApi, kind: 'HTTPRoute', metadata: { namespace: 'default', name: name(at) },
    spec: {
      parentRefs: [{ name: 'web' }],
      rules: [{ matches: [{ path: { type: 'PathPrefix', value: `/${name(at)}/` } }], filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: `${word}.example` } }] }],
    },
  });
  const start = (place: string): Program => rig!.controller(atEnd, controlPlane, ['--listen', place, '--lease', 'default/postern']);
  const leads = ({ output }: Program): boolean => output.findLast((it) => /"event":"(leading|following)"/.test(it))?.includes('leading') === true;

  /** What the data plane says now. */
  function word(at: number): Promise<string | undefined> {
    return new Promise((resolve) => {
      request({ host: '127.0.0.1', port, path: `/${name(at)}/`, agent: false }, (response) => {
        response.resume();
        resolve(/^http:\/\/([^.]*)\.example/.exec(response.headers.location ?? '')?.[1]);
      }).on('error', () => resolve(undefined)).end();
    });
  }

  /** The data plane has what was last asked for, and the status of each route says so of its newest generation. */
  async function untilAllAre(wanted: string): Promise<void> {
    for (let at = 0; at < routes; at++) while (await word(at) !== wanted) await sleep(20);
    for (let at = 0; at < routes; at++) {
      for (;;) {
        const route = await rig!.get(paths.httpRoute(`default/${name(at)}`));
        const [parent] = ((route?.['status'] ?? {}) as { readonly parents?: readonly { readonly conditions: readonly { readonly status: string; readonly observedGeneration: number }[] }[] }).parents ?? [];
        if (parent?.conditions.every((it) => it.status === 'True' && it.observedGeneration === route?.metadata.generation) === true) break;
        await sleep(20);
      }
    }
  }

  before(async () => {
    plane = await ControlPlane.start();
    rig = new FleetRig(plane);
    port = await freePort();
    const ports = [await freePort(), await freePort()];
    const front = await balancer(ports);
    atEnd.after(() => front.close());
    controlPlane = `127.0.0.1:${(front.address() as AddressInfo).port}`;
    for (const one of ports) controllers.push({ place: `127.0.0.1:${one}`, program: start(`127.0.0.1:${one}`) });
    await rig.apply(paths.gatewayClass('postern'), { apiVersion: gatewayApi, kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } });
    await rig.apply(paths.gateway('default/web'), { apiVersion: gatewayApi, kind: 'Gateway', metadata: { namespace: 'default', name: 'web' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port, protocol: 'HTTP' }] } });
    await inTurns(Array.from({ length: routes }, (_, at) => at), (at) => edit(at, 'first'));
    while (await rig.get(paths.budget('default/web-postern')) === undefined) await sleep(20);
    await rig.dataPlane(atEnd, 'default/web', { name: 'web-postern', controlPlane });
    await untilAllAre('first');
    let turn = 0;
    load = new SteadyLoad(port, () => `/${name(turn++ % routes)}/x`, (status) => status === 302);
  });
  after(async () => {
    await load?.end();
    for (const end of ends) await end();
    rig?.close();
    await plane?.close();
  });

  /** Nothing failed, and something was asked. */
  async function assertSteady(from: number): Promise<void> {
    while (load!.answers < from + 20) await sleep(10);
    assert.deepEqual(load!.failures, []);
  }

  test('the leader is killed in the middle of 500 edits: the other one has all of them, and writes their statuses', limit, async (t) => {
    await until(t, () => controllers.some((it) => leads(it.program)));
    const leader = controllers.find((it) => leads(it.program))!;
    const from = load!.answers;
    let done = 0;
    await inTurns(Array.from({ length: 500 }, (_, at) => at).reverse(), async (at) => {
      if (++done === 250) await leader.program.end('SIGKILL');
      await edit(at % routes, at < 500 - routes ? `edit-${at}` : 'last');
    });
    await inTurns(Array.from({ length: routes }, (_, at) => at), (at) => edit(at, 'settled'));
    await untilAllAre('settled');
    await until(t, () => controllers.some((it) => it !== leader && leads(it.program)));
    await assertSteady(from);
    leader.program = start(leader.place);
  });

  test('a controller ends as it should, and a new one comes', limit, async (t) => {
    await until(t, () => controllers.some((it) => leads(it.program)));
    const leader = controllers.find((it) => leads(it.program))!;
    const from = load!.answers;
    await leader.program.end('SIGTERM');
    await inTurns(Array.from({ length: routes }, (_, at) => at), (at) => edit(at, 'after-end'));
    await untilAllAre('after-end');
    leader.program = start(leader.place);
    await assertSteady(from);
  });

  for (const victim of ['apiserver', 'etcd'] as const) {
    test(`${victim === 'etcd' ? 'etcd' : 'the API server'} is away for a while`, limit, async () => {
      const from = load!.answers;
      await plane![victim].kill();
      await sleep(3000);
      await plane![victim].start();
      for (let isDone = false; !isDone;) isDone = await edit(0, `after-${victim}`).then(() => true, () => false);
      await inTurns(Array.from({ length: routes }, (_, at) => at), async (at) => {
        for (let isDone = false; !isDone;) isDone = await edit(at, `after-${victim}`).then(() => true, () => false);
      });
      await untilAllAre(`after-${victim}`);
      assert.match(condition(await rig!.get(paths.gateway('default/web')), 'Accepted'), /^True/);
      await assertSteady(from);
    });
  }
});
