import { ApiClient, ApiError } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { KubeObject } from './kube-object.ts';
import { pluralOf } from './object-path.ts';
import { Reflector, type ReflectorTimes } from './reflector.ts';
import { pathOf, type Resource } from './resource.ts';

/** An object that we made, without its content; some have their status. */
export interface OwnedObject extends KubeObject {
  readonly metadata: KubeObject['metadata'] & {
    readonly namespace: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
  };
}

export interface OwnedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Its status is read too. */
  readonly hasStatus?: boolean;
}

export interface OwnedObjectsOptions {
  readonly kinds: readonly OwnedKind[];
  /** Only objects with these labels are followed. */
  readonly labelSelector: string;
  /** Only in these namespaces; undefined: in all. */
  readonly namespaces?: readonly string[];
  readonly times?: Partial<ReflectorTimes>;
  /** There is one, new or changed. */
  onSeen(object: OwnedObject): void;
  /** One is gone, by whomever. */
  onGone(object: OwnedObject): void;
  onTrouble(message: string): void;
}

/** Follows the objects that this program makes, as long as it is the one that makes them. */
export class OwnedObjects {
  readonly #client: ApiClient;
  readonly #options: OwnedObjectsOptions;
  readonly #objects = new Map<string, OwnedObject>();
  #reflectors: readonly Reflector[] = [];
  #unread = 0;
  #isClosed = false;
  #onRead: (() => void) | undefined;

  constructor(access: ClusterAccess, options: OwnedObjectsOptions) {
    this.#client = new ApiClient(access);
    this.#options = options;
  }

  get all(): IterableIterator<OwnedObject> {
    return this.#objects.values();
  }

  /** The one of this kind at a `namespace/name`. */
  find(kind: string, key: string): OwnedObject | undefined {
    return this.#objects.get(`${kind} ${key}`);
  }

  start(): void {
    const { kinds, namespaces = [undefined] } = this.#options;
    if (this.#reflectors.length > 0 || this.#isClosed) return;
    this.#reflectors = kinds.flatMap((kind) => namespaces.map((namespace) => this.#follow(kind, namespace)));
    this.#unread = this.#reflectors.length;
    for (const one of this.#reflectors) void one.run();
  }

  /** Resolves when all kinds were read once, or cannot be. */
  read(): Promise<void> {
    if (this.#unread === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const before = this.#onRead;
      this.#onRead = () => {
        before?.();
        resolve();
      };
    });
  }

  /** What was known is forgotten. */
  stop(): void {
    for (const one of this.#reflectors) one.stop();
    this.#reflectors = [];
    this.#objects.clear();
    this.#unread = 1;
    this.#markRead();
  }

  /** Deletes this very object, not another one of its name; what depends on it goes with it. */
  async remove(object: OwnedObject): Promise<void> {
    const { namespace, name, uid } = object.metadata;
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid }, propagationPolicy: 'Background' };
    try {
      await this.#client.call({ method: 'DELETE', path: pathOf(resourceOf(object.apiVersion, object.kind), { namespace, name }), body });
    } catch (error) {
      // Gone already, or another one by now.
      if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
    }
  }

  /** For good: news that are on their way start nothing again. */
  close(): void {
    this.#isClosed = true;
    this.stop();
    this.#client.close();
  }

  #follow({ apiVersion, kind, hasStatus = false }: OwnedKind, namespace: string | undefined): Reflector {
    const { labelSelector, onTrouble, times } = this.#options;
    const resource = resourceOf(apiVersion, kind);
    const followed = { resource, labelSelector, isMetadataOnly: !hasStatus, ...(namespace === undefined ? {} : { namespace }) };
    let told: string | undefined;
    let isRead = false;
    const read = (): void => {
      if (!isRead) this.#markRead();
      isRead = true;
    };
    const reflector: Reflector = new Reflector(this.#client, followed, {
      onSync: (objects) => {
        if (!this.#reflectors.includes(reflector)) return;
        const isHere = (it: OwnedObject): boolean => it.kind === resource.kind && (namespace === undefined || it.metadata.namespace === namespace);
        for (const known of [...this.#objects.values()].filter(isHere)) if (!objects.has(`${known.metadata.namespace}/${known.metadata.name}`)) this.#gone(known);
        for (const object of objects.values()) this.#seen(object as OwnedObject);
        read();
      },
      onChange: (key, object) => {
        if (!this.#reflectors.includes(reflector)) return;
        const known = this.#objects.get(`${resource.kind} ${key}`);
        if (object !== undefined) this.#seen(object as OwnedObject);
        else if (known !== undefined) this.#gone(known);
      },
      onWatch: () => {
        told = undefined;
      },
      onTrouble: (error) => {
        const message = `our ${resource.plural} cannot be followed: ${error instanceof Error ? error.message : String(error)}`;
        if (message !== told) onTrouble(message);
        told = message;
        if (this.#reflectors.includes(reflector)) read();
      },
    }, times);
    return reflector;
  }

  #markRead(): void {
    this.#unread--;
    if (this.#unread > 0) return;
    this.#onRead?.();
    this.#onRead = undefined;
  }

  #seen(object: OwnedObject & { readonly spec?: unknown }): void {
    const { spec: _, ...rest } = object;
    this.#objects.set(idOf(object), rest);
    this.#options.onSeen(object);
  }

  #gone(object: OwnedObject): void {
    this.#objects.delete(idOf(object));
    this.#options.onGone(object);
  }
}

function idOf({ kind, metadata: { namespace, name } }: OwnedObject): string {
  return `${kind} ${namespace}/${name}`;
}

function resourceOf(apiVersion: string, kind: string): Resource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return { group, version, kind, plural: pluralOf(kind), isNamespaced: true };
}
