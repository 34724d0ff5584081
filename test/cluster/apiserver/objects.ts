/** Objects that tests make in a real API. */
import type { ApiClient } from '../../../src/source/kubernetes/api-client.ts';
import { collectionPath, pathOf, watchedResources, type Resource } from '../../../src/source/kubernetes/resource.ts';

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface TestObject {
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

export function resourceOf(kind: string): Resource {
  const found = watchedResources.find((it) => it.kind === kind);
  if (found === undefined) throw new Error(`no resource ${kind}`);
  return found;
}

export function create(client: ApiClient, kind: string, object: TestObject): Promise<TestObject> {
  const resource = resourceOf(kind);
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
  return client.call({ method: 'POST', path: collectionPath(resource, object.metadata.namespace), body: { apiVersion, kind, ...object } });
}

/** Merges this into the object, or into its status. */
export function patch(client: ApiClient, kind: string, metadata: Metadata, change: object, part: '' | '/status' = ''): Promise<TestObject> { // oxlint-disable-line max-params -- as kubectl's.
  return client.call({ method: 'PATCH', path: `${path(kind, metadata)}${part}`, contentType: 'application/merge-patch+json', body: change });
}

export function remove(client: ApiClient, kind: string, metadata: Metadata): Promise<unknown> {
  return client.call({ method: 'DELETE', path: path(kind, metadata) });
}

export function read(client: ApiClient, kind: string, metadata: Metadata): Promise<TestObject> {
  return client.call({ method: 'GET', path: path(kind, metadata) });
}

function path(kind: string, { namespace = '', name }: Metadata): string {
  return pathOf(resourceOf(kind), { namespace, name });
}

/** So many at once, since an API server has better things to do than to queue thousands. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  await Promise.all(Array.from({ length: 32 }, async () => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  }));
}

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const rbac = '/apis/rbac.authorization.k8s.io/v1';

/** Lets a user do this, in one namespace or everywhere. Resolves when the API server says so too. */
export async function grant(client: ApiClient, name: string, rules: readonly Rule[], namespace?: string): Promise<void> { // oxlint-disable-line max-params -- who, what, where.
  const place = namespace === undefined ? '' : `/namespaces/${namespace}`;
  const prefix = namespace === undefined ? 'Cluster' : '';
  const metadata = { name: `${name}-may`, ...(namespace === undefined ? {} : { namespace }) };
  await client.call({ method: 'POST', path: `${rbac}${place}/${prefix.toLowerCase()}roles`, body: { apiVersion: 'rbac.authorization.k8s.io/v1', kind: `${prefix}Role`, metadata, rules } });
  await client.call({
    method: 'POST', path: `${rbac}${place}/${prefix.toLowerCase()}rolebindings`,
    body: {
      apiVersion: 'rbac.authorization.k8s.io/v1', kind: `${prefix}RoleBinding`, metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: `${prefix}Role`, name: metadata.name }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name }],
    },
  });
}

export async function revoke(client: ApiClient, name: string): Promise<void> {
  for (const plural of ['clusterrolebindings', 'clusterroles']) await client.call({ method: 'DELETE', path: `${rbac}/${plural}/${name}-may` });
}
