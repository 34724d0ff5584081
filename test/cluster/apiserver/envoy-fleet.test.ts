/** A Gateway whose data planes are Envoys, on a real API server: a real Envoy with what its pod would have. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, suite, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { envoyBinary, howToGetEnvoy } from '../../harness/envoy-binary.ts';
import { ControlPlane } from './control-plane.ts';
import { condition, FleetRig, freePort, paths, type Program, type Thing } from './fleet-rig.ts';
import { create } from './objects.ts';
import { noApiServer } from './programs.ts';

const limit = { timeout: 90_000 };
const gatewayApi = 'gateway.networking.k8s.io/v1';
/** With a lease, since the certificate of a controller without one goes with it. */
const asked = ['--envoy-image', 'envoy:test', '--lease', 'shop/postern'];
const names = { native: 'postern.dev/gateway-controller', envoy: 'postern.dev/envoy-gateway-controller' };

interface Pod {
  readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly command?: readonly string[]; readonly args: readonly string[] }[] } } };
}

/** The status of an answer; 0 where there is none. */
function statusAt(port: number, path = '/'): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false }, (answer) => void answer.resume().on('end', () => resolve(answer.statusCode!)));
    asked.on('error', () => resolve(0)).end();
  });
}

async function untilStatus(t: TestContext, port: number, wanted: number): Promise<void> {
  while (await statusAt(port) !== wanted) await pause(50, undefined, { signal: t.signal });
}

suite('Envoys as data planes', { skip: noApiServer === false && envoyBinary() === undefined ? howToGetEnvoy : noApiServer }, () => {
  let [plane, rig, controlPlane, controller]: [ControlPlane?, FleetRig?, string?, Program?] = [];
  const ends: (() => unknown)[] = [];
  const scope = { after: (end: unknown): void => void ends.push(end as () => unknown) };
  before(async () => {
    plane = await ControlPlane.start();
    rig = new FleetRig(plane);
    await create(plane.client, 'Namespace', { metadata: { name: 'shop' } });
    for (const [name, controllerName] of [['postern', names.native], ['postern-envoy', names.envoy]]) await rig.apply(paths.gatewayClass(name!), { apiVersion: gatewayApi, kind: 'GatewayClass', metadata: { name }, spec: { controllerName } });
    controlPlane = `127.0.0.1:${await freePort()}`;
    controller = rig.controller(scope, controlPlane, asked);
  });
  after(async () => {
    for (const end of ends) await end();
    rig?.close();
    await plane?.close();
  });

  function gateway(name: string, className: string, port: number): Promise<Thing> {
    return rig!.apply(paths.gateway(`shop/${name}`), { apiVersion: gatewayApi, kind: 'Gateway', metadata: { namespace: 'shop', name }, spec: { gatewayClassName: className, listeners: [{ name: 'http', port, protocol: 'HTTP' }] } });
  }

  /** Redirects, so that no backend is needed. */
  function route(name: string, gateways: readonly string[], code: number): Promise<Thing> {
    return rig!.apply(paths.httpRoute(`shop/${name}`), {
      apiVersion: gatewayApi, kind: 'HTTPRoute', metadata: { namespace: 'shop', name },
      spec: { parentRefs: gateways.map((it) => ({ name: it })), rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'else.test', statusCode: code } }] }] },
    });
  }

  /** Starts an Envoy with the files and arguments of the pod, at other ports of its own. */
  async function startPod(name: string): Promise<{ readonly health: number; readonly drain: string; ended(): boolean }> {
    const { data } = await rig!.client.call<{ data: Record<string, string> }>({ method: 'GET', path: paths.configMap(`shop/${name}`) });
    const { status } = await rig!.client.call<{ status: { token: string } }>({
      method: 'POST', path: `/api/v1/namespaces/shop/serviceaccounts/${name}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['postern.dev/control-plane'], expirationSeconds: 600 } },
    });
    const { spec } = await rig!.client.call<Pod>({ method: 'GET', path: paths.deployment(`shop/${name}`) });
    const [container] = spec.template.spec.containers;
    const [admin, health] = [await freePort(), await freePort()];
    const here = (text: string): string => text.replaceAll('/run/postern/authority/', `${rig!.folder}/`).replaceAll('/run/postern/identity/', `${rig!.folder}/`)
      .replaceAll('15000', String(admin)).replaceAll('15021', String(health)).replaceAll('$(POD_NAME)', 'pod-1');
    for (const [file, text] of Object.entries({ ...data, token: status.token })) writeFileSync(join(rig!.folder, file), here(text));
    assert.deepEqual(container!.command, ['envoy']);
    const child = spawn(envoyBinary()!, container!.args.map(here), { stdio: 'ignore' });
    ends.push(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    });
    return { health, drain: join(rig!.folder, 'drain.sh'), ended: () => child.exitCode !== null };
  }

  test('an Envoy with its pod\'s files and token carries its Gateway; the class claims what Envoy carries; it goes on without the controller, and follows the next one', limit, async (t) => {
    const port = await freePort();
    await gateway('edge', 'postern-envoy', port);
    await gateway('web', 'postern', 80);
    await route('to-both', ['edge', 'web'], 301);
    await rig!.until(t, paths.deployment('shop/edge-postern-envoy'), (it) => it !== undefined);
    const pod = await startPod('edge-postern-envoy');
    await rig!.until(t, paths.gateway('shop/edge'), (it) => condition(it, 'Programmed').startsWith('True'));
    assert.equal(await statusAt(port), 301);
    assert.equal(await statusAt(pod.health, '/readyz'), 200);
    assert.equal(await statusAt(pod.health, '/metrics'), 200);
    assert.equal(await statusAt(pod.health, '/config_dump'), 404, 'what has secrets is not for everybody');
    const status = (await rig!.until(t, paths.httpRoute('shop/to-both'), (it) => (it?.['status'] as { parents?: unknown[] } | undefined)?.parents?.length === 2))!['status'] as { readonly parents: readonly { readonly controllerName: string }[] };
    assert.deepEqual(status.parents.map((it) => it.controllerName).sort(), [names.envoy, names.native]);

    await controller!.end('SIGKILL');
    assert.equal(await statusAt(port), 301);
    controller = rig!.controller(scope, controlPlane!, asked);
    await route('to-both', ['edge', 'web'], 302);
    await untilStatus(t, port, 302);

    // Its script ends as soon as no connection is left, and leaves the end itself to the kubelet.
    assert.equal(spawnSync('bash', [pod.drain, '0', '30'], { encoding: 'utf8' }).status, 0);
    assert.equal(await statusAt(pod.health, '/readyz'), 503);
    assert.equal(pod.ended(), false);
  });
});
