import { ApiClient, ApiError } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { KubeObject } from './kube-object.ts';
import { Reflector } from './reflector.ts';
import { collectionPath, pathOf, type Resource } from './resource.ts';

type Data = Readonly<Record<string, string>>;

export interface SharedSecretEvents {
  /** What it holds now, as text; undefined: there is none. */
  onSeen(data: Data | undefined): void;
  onTrouble(message: string): void;
}

const resource: Resource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets', isNamespaced: true };

/** One Secret of type kubernetes.io/tls that several processes share: all follow it, and of two that write at once one loses. */
export class SharedSecret {
  readonly #client: ApiClient;
  readonly #place: { readonly namespace: string; readonly name: string };
  readonly #reflector: Reflector;
  #seen: KubeObject | undefined;
  /** It is known what it holds, or that there is none. */
  isRead = false;

  constructor(access: ClusterAccess, place: { readonly namespace: string; readonly name: string }, events: SharedSecretEvents) {
    this.#client = new ApiClient(access);
    this.#place = place;
    let told: string | undefined;
    const see = (object: KubeObject | undefined): void => {
      this.#seen = object;
      this.isRead = true;
      events.onSeen(object === undefined ? undefined : textOf(object));
    };
    this.#reflector = new Reflector(this.#client, { resource, namespace: place.namespace, fieldSelector: `metadata.name=${place.name}`, isWhole: true }, {
      onSync: (objects) => see(objects.get(`${place.namespace}/${place.name}`)),
      onChange: (_, object) => see(object),
      onWatch: () => {
        told = undefined;
      },
      onTrouble: (error) => {
        const message = `Secret ${place.namespace}/${place.name} cannot be followed: ${error instanceof Error ? error.message : String(error)}`;
        if (message !== told) events.onTrouble(message);
        told = message;
      },
    });
    void this.#reflector.run();
  }

  /** Makes or replaces it, as it was seen last; does nothing where somebody else was quicker, who is seen soon. */
  async write(data: Data): Promise<void> {
    const { namespace, name } = this.#place;
    const before = this.#seen?.metadata;
    const metadata = { namespace, name, labels: { 'app.kubernetes.io/managed-by': 'postern' }, ...(before === undefined ? {} : { uid: before.uid, resourceVersion: before.resourceVersion }) };
    const body = { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/tls', data: Object.fromEntries(Object.entries(data).map(([field, text]) => [field, Buffer.from(text).toString('base64')])) };
    try {
      if (before === undefined) await this.#client.call({ method: 'POST', path: collectionPath(resource, namespace), body });
      else await this.#client.call({ method: 'PUT', path: pathOf(resource, this.#place), body });
    } catch (error) {
      if (!(error instanceof ApiError && (error.status === 409 || error.status === 404))) throw error;
    }
  }

  close(): void {
    this.#reflector.stop();
    this.#client.close();
  }
}

function textOf(secret: KubeObject & { readonly data?: Data }): Data {
  return Object.fromEntries(Object.entries(secret.data ?? {}).map(([field, base64]) => [field, Buffer.from(base64, 'base64').toString('utf8')]));
}
