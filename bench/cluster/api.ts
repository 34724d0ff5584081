/** What a bench asks of the API server: objects made, edited and watched over kept connections. */
import { createInterface } from 'node:readline';
import { clusterAccess } from '../../src/source/index.ts';
import { ApiClient } from '../../src/source/kubernetes/api-client.ts';

export const namespace = 'bench';
const gatewayApi = '/apis/gateway.networking.k8s.io/v1';

export interface BenchObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion?: string; readonly generation?: number };
  readonly spec?: unknown;
  readonly [field: string]: unknown;
}

export type Plural = 'httproutes' | 'gateways' | 'listenersets' | 'services' | 'endpointslices';

const groups: Readonly<Record<Plural, string>> = { httproutes: gatewayApi, gateways: gatewayApi, listenersets: gatewayApi, services: '/api/v1', endpointslices: '/apis/discovery.k8s.io/v1' };

export class BenchApi {
  readonly #client: ApiClient;

  private constructor(client: ApiClient) {
    this.#client = client;
  }

  static async open(): Promise<BenchApi> {
    return new BenchApi(new ApiClient(await clusterAccess()));
  }

  #path(plural: Plural, name = ''): string {
    return `${groups[plural]}/namespaces/${namespace}/${plural}${name === '' ? '' : `/${name}`}`;
  }

  create(plural: Plural, body: object): Promise<BenchObject> {
    return this.#client.call({ method: 'POST', path: this.#path(plural), body });
  }

  get(plural: Plural, name: string): Promise<BenchObject> {
    return this.#client.call({ method: 'GET', path: this.#path(plural, name) });
  }

  list(plural: Plural): Promise<{ readonly items: readonly BenchObject[] }> {
    return this.#client.call({ method: 'GET', path: this.#path(plural) });
  }

  /** A JSON merge patch. */
  patch(plural: Plural, name: string, body: object): Promise<BenchObject> {
    return this.#client.call({ method: 'PATCH', path: this.#path(plural, name), body, contentType: 'application/merge-patch+json' });
  }

  async remove(plural: Plural, name: string): Promise<void> {
    await this.#client.call({ method: 'DELETE', path: this.#path(plural, name) });
  }

  /** Calls `seen` for every change from now on, until `signal` ends it. */
  async watch(plural: Plural, seen: (object: BenchObject, type: string) => void, signal: AbortSignal): Promise<void> { // oxlint-disable-line max-params -- what, whither, how long.
    const { metadata } = await this.#client.call<{ metadata: { resourceVersion: string } }>({ method: 'GET', path: this.#path(plural), query: { limit: '1' } });
    const query = { watch: 'true', resourceVersion: metadata.resourceVersion, timeoutSeconds: '3600' };
    const stream = await this.#client.open({ method: 'GET', path: this.#path(plural), query, silenceMs: 3_600_000, signal });
    stream.on('error', () => undefined);
    createInterface({ input: stream }).on('error', () => undefined).on('line', (line) => {
      const { type, object } = JSON.parse(line) as { type: string; object: BenchObject };
      seen(object, type);
    });
  }
}

export function httpRoute(name: string, host: string, backend = 'echo', parent: object = { name: 'web' }): object { // oxlint-disable-line max-params -- a route's parts.
  return {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name, namespace },
    spec: { parentRefs: [parent], hostnames: [host], rules: [routeRule('1', backend)] },
  };
}

/** Of one listener, for the hosts below `host`. */
export function listenerSet(name: string, host: string): object {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'ListenerSet', metadata: { name, namespace },
    spec: { parentRef: { name: 'web' }, listeners: [{ name: 'own', port: 80, protocol: 'HTTP', hostname: `*.${host}` }] },
  };
}

export function routeRule(version: string, backend = 'echo'): object {
  return {
    filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: 'x-version', value: version }] } }],
    backendRefs: [{ name: backend, port: 80 }],
  };
}

interface Condition { readonly type: string; readonly status: string; readonly observedGeneration?: number }
interface RouteStatus { readonly parents?: readonly { readonly conditions: readonly Condition[] }[] }

/** Whether a controller has accepted the route as it is now. */
export function isAccepted({ status, metadata }: BenchObject): boolean {
  const conditions = (status as RouteStatus | undefined)?.parents?.[0]?.conditions ?? [];
  return conditions.some(({ type, status: value, observedGeneration }) => type === 'Accepted' && value === 'True' && observedGeneration === metadata.generation);
}

export function isProgrammed({ status }: BenchObject): boolean {
  return (status as { conditions?: readonly Condition[] } | undefined)?.conditions?.some(({ type, status: value }) => type === 'Programmed' && value === 'True') ?? false;
}

/** The Gateway's first address, or undefined. */
export function addressOf({ status }: BenchObject): string | undefined {
  return (status as { addresses?: readonly { readonly value: string }[] } | undefined)?.addresses?.[0]?.value;
}
