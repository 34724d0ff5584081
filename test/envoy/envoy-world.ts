import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { LocalEnvoy, type LocalEnvoySettings } from '../../src/cli/envoy/local-envoy.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import { AddressBook, Controller, type Applied } from '../../src/controller/index.ts';
import { snapshotOf } from '../../src/controller/testing/snapshots.ts';
import { envoyTranslation } from '../../src/xds/index.ts';
import { envoyBinary } from '../harness/envoy-binary.ts';

type Manifest = { readonly [field: string]: unknown };

export interface EnvoyWorld {
  readonly envoy: LocalEnvoy;
  /** Serves these objects beside Gateway `web` and Service `app`; what came of it. */
  serve(...objects: readonly Manifest[]): Promise<Applied>;
  /** The newest state of all, which Envoy's news make too. */
  applied(): Applied;
  /** The status of the answer; 0 where there is none. */
  get(host: string, path: string): Promise<number>;
  /** Waits until it holds. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>;
}

/** A controller and an Envoy of its own, with a Gateway and a backend that answers 200. `bootstrap`: more of Envoy's. */
export async function envoyWorld(t: TestContext, bootstrap: NonNullable<LocalEnvoySettings['bootstrap']> = {}, terms: LocalEnvoySettings['terms'] = {}): Promise<EnvoyWorld> {
  const backend = createServer((_, response) => response.end('fine')).listen(0, '127.0.0.1');
  t.after(() => backend.close());
  const envoy = await LocalEnvoy.start({ program: envoyBinary()!, terms, concurrency: 1, bootstrap }, () => undefined);
  t.after(() => envoy.close(0));
  let latest: Applied | undefined;
  const { envoyCapabilities } = await envoyTranslation();
  const bugs: unknown[] = [];
  const controller = new Controller({
    settings: { ...nativeSettings({ strict: false }), capabilities: envoyCapabilities },
    addresses: new AddressBook({ pool: '127.0.91.0/24' }), apply: (ir) => envoy.apply(ir),
    onApplied: (applied) => { latest = applied; }, onBug: (error) => bugs.push(error),
  });
  envoy.onNews = () => void controller.again();
  const port = (backend.address() as AddressInfo).port;
  const common = [gateway(), ...serviceAt('app', port)];
  return {
    envoy, applied: () => latest!,
    async serve(...objects) {
      await controller.update(snapshotOf([...common, ...objects]));
      if (bugs.length > 0) throw bugs[0];
      return latest!;
    },
    get: (host, path) => statusOf(latest!, host, path),
    async until(holds) {
      while (!await holds()) await new Promise((resolve) => { setTimeout(resolve, 20); });
    },
  };
}

/** By its place alone: an end of the connection is 0. */
function statusOf({ placement }: Applied, host: string, path: string): Promise<number> {
  const { addresses, ports } = placement.get('default/web')!;
  return new Promise((resolve) => {
    const asked = request({ host: addresses[0]!.value, port: ports.get(80) ?? 80, path, headers: { host }, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode!)).on('error', () => resolve(0));
    });
    asked.on('error', () => resolve(0)).end();
  });
}

function gateway(): Manifest {
  return { kind: 'Gateway', metadata: { namespace: 'default', name: 'web' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } };
}

/** A Service with an endpoint on this port of loopback, or without one. */
export function serviceAt(name: string, port: number | undefined): Manifest[] {
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name }, spec: { ports: [{ port: 80 }] } },
    {
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { namespace: 'default', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4', ports: [{ port: port ?? 1 }], endpoints: port === undefined ? [] : [{ addresses: ['127.0.0.1'], conditions: { ready: true } }],
    },
  ];
}

/** A rule's match of a path, to a Service. */
export function rule(type: string, value: string, to = 'app'): Manifest {
  return { matches: [{ path: { type, value } }], backendRefs: [{ name: to, port: 80 }] };
}

export function route(name: string, ...rules: readonly Manifest[]): Manifest {
  return { kind: 'HTTPRoute', metadata: { namespace: 'default', name }, spec: { parentRefs: [{ name: 'web' }], hostnames: [`${name}.test`], rules } };
}

/** Conditions of the first parent of a route, by type. */
export function conditionsOf({ statuses }: Applied, name: string): Readonly<Record<string, { readonly status: string; readonly reason: string; readonly message: string }>> {
  const document = statuses.find(({ ref }) => ref.kind === 'HTTPRoute' && ref.name === name);
  const { parents } = document!.status as { readonly parents: readonly { readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[] }[] };
  return Object.fromEntries(parents[0]!.conditions.map((it) => [it.type, it]));
}
