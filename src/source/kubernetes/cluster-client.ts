import { isDeepStrictEqual } from 'node:util';
import { ApiClient, ApiError } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { KubeObject } from './kube-object.ts';

/** What became of an object: `denied` is an answer of the API server that a person must see to. */
export type ApplyOutcome = { readonly outcome: 'created' | 'changed' | 'unchanged' } | { readonly outcome: 'denied'; readonly because: string };

export interface Appliable {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** A question about what an account may do (authorization.k8s.io/v1 ResourceAttributes). */
export interface AccessQuestion {
  readonly group: string;
  /** With its subresource: `gateways/status`. */
  readonly resource: string;
  readonly verb: string;
  readonly namespace?: string;
  readonly name?: string;
}

interface ServedResource {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

/** Asks an API server single questions, for commands that look once and end. Errors are ApiError and those of connections. */
export class ClusterClient {
  readonly #client: ApiClient;
  /** What is served, by apiVersion. */
  readonly #served = new Map<string, readonly ServedResource[]>();

  constructor(access: ClusterAccess) {
    this.#client = new ApiClient(access);
  }

  /** The server's version, such as `v1.36.3`. */
  async version(): Promise<string> {
    return (await this.#client.call<{ readonly gitVersion: string }>({ method: 'GET', path: '/version' })).gitVersion;
  }

  /** All objects of a path such as `/apis/apps/v1/deployments`, in pages. */
  async list(path: string, labelSelector?: string): Promise<KubeObject[]> {
    const all: KubeObject[] = [];
    for (let next = ''; ;) {
      const page = await this.#client.call<{ readonly items: KubeObject[]; readonly metadata: { readonly continue?: string } }>({
        method: 'GET', path, query: { limit: '500', ...(labelSelector === undefined ? {} : { labelSelector }), ...(next === '' ? {} : { continue: next }) },
      });
      all.push(...page.items);
      next = page.metadata.continue ?? '';
      if (next === '') return all;
    }
  }

  /** What a path answers, as JSON. */
  page<T>(path: string): Promise<T> {
    return this.#client.call<T>({ method: 'GET', path });
  }

  /** The object, or undefined where there is none. */
  async get(path: string): Promise<KubeObject | undefined> {
    try {
      return await this.#client.call<KubeObject>({ method: 'GET', path });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The path of an object, or undefined where its kind is not served. */
  async pathOf({ apiVersion, kind, metadata }: Appliable): Promise<string | undefined> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const isIt = (it: ServedResource): boolean => it.kind === kind && !it.name.includes('/');
    let found = this.#served.get(apiVersion)?.find(isIt);
    if (found === undefined) {
      // Kinds appear while we make them.
      this.#served.set(apiVersion, await this.#resourcesOf(root));
      found = this.#served.get(apiVersion)!.find(isIt);
    }
    if (found === undefined) return undefined;
    const place = found.namespaced ? `/namespaces/${metadata.namespace ?? 'default'}` : '';
    return `${root}${place}/${found.name}/${metadata.name}`;
  }

  /** Server-side apply. With `force`, fields of other managers are taken over; without, they are a reason to deny. */
  async apply(object: Appliable, { manager, force }: { readonly manager: string; readonly force: boolean }): Promise<ApplyOutcome> {
    const path = await this.pathOf(object);
    if (path === undefined) return { outcome: 'denied', because: `the API server knows no ${object.kind} of ${object.apiVersion}` };
    try {
      const before = await this.get(path);
      const after = await this.#client.call<KubeObject>({ method: 'PATCH', path, query: { fieldManager: manager, ...(force ? { force: 'true' } : {}) }, contentType: 'application/apply-patch+yaml', body: object });
      if (before === undefined) return { outcome: 'created' };
      return { outcome: isSame(before.metadata, after.metadata) ? 'unchanged' : 'changed' };
    } catch (error) {
      if (error instanceof ApiError) return { outcome: 'denied', because: error.message };
      throw error;
    }
  }

  /** Whether an account may do that; without one, whether we may. */
  async isAllowed({ group, resource, verb, namespace, name }: AccessQuestion, account?: { readonly user: string; readonly groups: readonly string[] }): Promise<boolean> {
    const [plural, subresource] = resource.split('/');
    const resourceAttributes = { group, resource: plural, verb, ...(name === undefined ? {} : { name }), ...(subresource === undefined ? {} : { subresource }), ...(namespace === undefined ? {} : { namespace }) };
    const kind = account === undefined ? 'SelfSubjectAccessReview' : 'SubjectAccessReview';
    const body = { apiVersion: 'authorization.k8s.io/v1', kind, spec: { resourceAttributes, ...account } };
    const { status } = await this.#client.call<{ readonly status?: { readonly allowed?: boolean } }>({ method: 'POST', path: `/apis/authorization.k8s.io/v1/${kind.toLowerCase()}s`, body });
    return status?.allowed === true;
  }

  close(): void {
    this.#client.close();
  }

  async #resourcesOf(root: string): Promise<readonly ServedResource[]> {
    try {
      return (await this.#client.call<{ readonly resources: readonly ServedResource[] }>({ method: 'GET', path: root })).resources;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return [];
      throw error;
    }
  }
}

/** The version alone moves for less than a change: an API server writes down who manages which field, and may write it in another way. */
function isSame(before: KubeObject['metadata'], after: KubeObject['metadata']): boolean {
  if (before.resourceVersion === after.resourceVersion) return true;
  return after.generation !== undefined && before.generation === after.generation && isDeepStrictEqual([before.labels, before.annotations], [after.labels, after.annotations]);
}
