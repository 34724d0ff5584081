/** Two controllers, one of which leads: a data plane goes from one to the other, and the leader dies, under a steady load. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { after, before, suite, test, type TestContext } from 'node:test';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane } from './control-plane.ts';
import { condition, FleetRig, freePort, paths, type Program, type Thing } from './fleet-rig.ts';
import { create } from './objects.ts';
import { noApiServer } from './programs.ts';

/** What the Service of the control plane is in a cluster: new connections go to one of its pods. */
class Switch {
  readonly #server = createServer((near) => this.#join(near));
  readonly #sockets = new Set<Socket>();
  target = 0;

  async open(context: TestContext): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    context.after(() => {
      this.#server.close();
      this.cut();
    });
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  cut(): void {
    for (const one of this.#sockets) one.destroy();
  }

  #join(near: Socket): void {
    const far = connect(this.target, '127.0.0.1');
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }
}

/** Requests one after the other, until it is stopped. */
class Load {
  readonly failures: string[] = [];
  requests = 0;
  /** Where the last answer redirected to. */
  location: string | null = null;
  #isOver = false;
  readonly #done: Promise<void>;

  constructor(url: string) {
    this.#done = this.#run(url);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#done;
  }

  async #run(url: string): Promise<void> {
    while (!this.#isOver) {
      this.requests++;
      const answer = await fetch(url, { redirect: 'manual' }).catch((error: unknown) => String(error));
      if (typeof answer === 'string') this.failures.push(answer);
      else if (answer.status === 302) this.location = answer.headers.get('location');
      else this.failures.push(String(answer.status));
    }
  }
}

suite('two controllers', { skip: noApiServer }, () => {
  let [plane, rig]: [ControlPlane?, FleetRig?] = [];
  before(async () => {
    plane = await ControlPlane.start();
    rig = new FleetRig(plane);
    await create(plane.client, 'Namespace', { metadata: { name: 'shop' } });
    await rig.apply(paths.gatewayClass('postern'), { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } });
  });
  after(async () => {
    rig?.close();
    await plane?.close();
  });

  function route(hostname: string): Promise<Thing> {
    return rig!.apply(paths.httpRoute('shop/web'), {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { namespace: 'shop', name: 'web' },
      spec: { parentRefs: [{ name: 'web' }], rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { hostname } }] }] },
    });
  }

  function gateway(...ports: readonly number[]): Promise<Thing> {
    return rig!.apply(paths.gateway('shop/web'), {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { namespace: 'shop', name: 'web' },
      spec: { gatewayClassName: 'postern', listeners: ports.map((port) => ({ name: `p${port}`, port, protocol: 'HTTP' })) },
    });
  }

  test('hand the same configuration out; a data plane changes over, the leader dies, and no request is lost', { timeout: 150_000 }, async (t) => {
    const way = new Switch();
    const controlPlane = await way.open(t);
    const ports = [await freePort(), await freePort()] as const;
    const controllers = ports.map((port, at) => rig!.controller(t, controlPlane, ['--listen', `127.0.0.1:${port}`, '--lease', 'default/postern', '--peer', `127.0.0.1:${ports[1 - at]}`]));
    const leads = (it: Program): boolean => it.output.some((line) => line.includes('"leading"'));
    await until(t, () => controllers.some(leads));
    const leader = controllers.findIndex(leads);
    const follower = 1 - leader;
    const [listener, second] = [await freePort(), await freePort()];
    await gateway(listener);
    await route('one.example.com');
    await rig!.until(t, paths.budget('shop/web-postern'), (it) => it !== undefined);
    const { uid } = (await rig!.get(paths.deployment('shop/web-postern')))!.metadata;

    way.target = ports[follower]!;
    await rig!.dataPlane(t, 'shop/web', { name: 'web-postern', controlPlane });
    await rig!.until(t, paths.gateway('shop/web'), (it) => condition(it, 'Programmed').startsWith('True'));
    const load = new Load(`http://127.0.0.1:${listener}/`);
    await until(t, () => load.location?.includes('one.example.com'));
    await route('two.example.com');
    await until(t, () => load.location?.includes('two.example.com'));

    way.target = ports[leader]!;
    way.cut();
    await route('three.example.com');
    await until(t, () => load.location?.includes('three.example.com'));

    way.target = ports[follower]!;
    await controllers[leader]!.end('SIGKILL');
    await route('four.example.com');
    await until(t, () => load.location?.includes('four.example.com'));
    await until(t, () => leads(controllers[follower]!));
    await gateway(listener, second);
    await rig!.until(t, paths.gateway('shop/web'), (it) => ((it?.['status'] as { listeners?: readonly object[] } | undefined)?.listeners ?? []).filter((one) => condition({ metadata: it!.metadata, status: one }, 'Programmed').startsWith('True')).length === 2);
    await load.stop();
    assert.deepEqual(load.failures, []);
    assert.ok(load.requests > 100, `${load.requests} requests`);
    assert.equal((await rig!.get(paths.deployment('shop/web-postern')))?.metadata.uid, uid, 'nothing was made anew');
  });
});
