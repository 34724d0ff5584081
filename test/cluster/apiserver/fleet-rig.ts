/** A controller with data planes, as processes on a real API server without kubelets: Deployments have no pods, and the test plays some. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type ApiClient } from '../../../src/source/kubernetes/api-client.ts';
import type { ControlPlane } from './control-plane.ts';

const mostTries = 20;
const main = join(import.meta.dirname, '../../../src/cli/main.ts');

/** Anything that the API server hands out. */
export interface Thing {
  readonly metadata: {
    readonly name: string; readonly uid: string; readonly generation?: number; readonly labels?: Record<string, string>; readonly annotations?: Record<string, string>;
    readonly ownerReferences?: readonly object[];
  };
  readonly [field: string]: unknown;
}

/** A program that ends with its test. */
export class Program {
  readonly output: string[] = [];
  readonly #child: ChildProcess;

  constructor(context: Pick<TestContext, 'after'>, args: readonly string[]) {
    this.#child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => void this.output.push(...text.split('\n').filter((it) => it !== '')));
    context.after(() => this.end('SIGKILL'));
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill(signal);
    await gone;
  }
}

/** A port of the kernel's, free again: programs have to be told a number. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class FleetRig {
  readonly client: ApiClient;
  readonly folder = mkdtempSync(join(tmpdir(), 'postern-fleet-'));
  readonly #kubeconfig = join(this.folder, 'kubeconfig');

  constructor(plane: ControlPlane) {
    this.client = plane.client;
    const { server, ca } = plane.access();
    writeFileSync(this.#kubeconfig, JSON.stringify({
      apiVersion: 'v1', kind: 'Config', 'current-context': 'test', contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      clusters: [{ name: 'test', cluster: { server: server.href, 'certificate-authority-data': Buffer.from(ca!).toString('base64') } }],
      users: [{ name: 'test', user: { token: 'token-of-admin' } }],
    }));
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  controller(context: Pick<TestContext, 'after'>, controlPlane: string, more: readonly string[] = []): Program {
    const listen = more.includes('--listen') ? [] : ['--listen', controlPlane];
    return new Program(context, [
      'controller', '--kubeconfig', this.#kubeconfig, '--proxy-image', 'postern:test', '--control-plane', controlPlane, ...listen, '--service-type', 'ClusterIP', ...more,
    ]);
  }

  /** A data plane of the Gateway, with a true token of its account and the authority that its ConfigMap holds. */
  async dataPlane(context: Pick<TestContext, 'after'>, gateway: string, { name, controlPlane, pod = '0' }: { readonly name: string; readonly controlPlane: string; readonly pod?: string }): Promise<Program> {
    const [namespace = ''] = gateway.split('/');
    const place = join(this.folder, `${namespace}-${name}-${pod}`);
    const { status } = await this.client.call<{ status: { token: string } }>({
      method: 'POST', path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences: ['postern.dev/control-plane'], expirationSeconds: 600 } },
    });
    const { data } = await this.client.call<{ data: Record<string, string> }>({ method: 'GET', path: `/api/v1/namespaces/${namespace}/configmaps/${name}` });
    writeFileSync(`${place}.token`, status.token);
    writeFileSync(`${place}.crt`, data['ca.crt']!);
    return new Program(context, ['proxy', '--gateway', gateway, '--control-plane', controlPlane, '--authority', `${place}.crt`, '--token-file', `${place}.token`, '--state', `${place}.state`, '--admin', 'off']);
  }

  get(path: string): Promise<Thing | undefined> {
    return this.client.call<Thing>({ method: 'GET', path }).catch(() => undefined);
  }

  /** Server-side apply, as somebody else. A server that has just begun refuses for a moment where its machine is busy. */
  async apply(path: string, body: object): Promise<Thing> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.client.call<Thing>({ method: 'PATCH', path, query: { fieldManager: 'test', force: 'true' }, contentType: 'application/apply-patch+yaml', body });
      } catch (error) {
        const isBusy = !(error instanceof ApiError) || error.status === 429 || error.status >= 500;
        if (!isBusy || tries === mostTries) throw error;
        await sleep(500);
      }
    }
  }

  delete(path: string): Promise<unknown> {
    return this.client.call({ method: 'DELETE', path });
  }

  /** Asks until the answer is true; the test's own time limit is the only one. */
  async until(context: TestContext, path: string, isSo: (thing: Thing | undefined) => boolean): Promise<Thing | undefined> {
    for (;;) {
      const thing = await this.get(path);
      if (isSo(thing)) return thing;
      await sleep(20, undefined, { signal: context.signal });
    }
  }
}

const api = '/apis/gateway.networking.k8s.io/v1';
export const paths = {
  gatewayClass: (name: string) => `${api}/gatewayclasses/${name}`,
  gateway: (key: string) => at(api, 'gateways', key),
  httpRoute: (key: string) => at(api, 'httproutes', key),
  parameters: (key: string) => at('/apis/postern.dev/v1alpha1', 'gatewayparameters', key),
  account: (key: string) => at('/api/v1', 'serviceaccounts', key),
  configMap: (key: string) => at('/api/v1', 'configmaps', key),
  service: (key: string) => at('/api/v1', 'services', key),
  deployment: (key: string) => at('/apis/apps/v1', 'deployments', key),
  budget: (key: string) => at('/apis/policy/v1', 'poddisruptionbudgets', key),
  autoscaler: (key: string) => at('/apis/autoscaling/v2', 'horizontalpodautoscalers', key),
} as const;

function at(root: string, plural: string, key: string): string {
  const [namespace, name] = key.split('/');
  return `${root}/namespaces/${namespace}/${plural}/${name}`;
}

/** `True/Programmed: …` of a Gateway's condition. */
export function condition(thing: Thing | undefined, type: string): string {
  const status = thing?.['status'] as { readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[] } | undefined;
  const found = status?.conditions?.find((it) => it.type === type);
  return found === undefined ? '' : `${found.status}/${found.reason}: ${found.message}`;
}
