import type { Finding } from '../../contract/index.ts';
import { type ApiClient, ApiError } from './api-client.ts';
import type { KubeObject } from './kube-object.ts';
import { Reflector, type ReflectorTimes } from './reflector.ts';
import { apiVersionOf, type Resource } from './resource.ts';

/** A server that has just started may not know a kind for a moment, and what it has must not be forgotten for that. */
const surelyMissing = 3;

export interface ReadingOptions {
  readonly resource: Resource;
  /** One reflector each; undefined: one for the whole cluster. */
  readonly namespaces?: readonly string[];
  readonly isMetadataOnly?: boolean;
  readonly times?: Partial<ReflectorTimes>;
}

export interface ReadingEvents {
  /** All objects of the part that `isInside` tells. */
  onSync(objects: ReadonlyMap<string, KubeObject>, isInside: (key: string) => boolean): void;
  onChange(key: string, object: KubeObject | undefined): void;
  /** More is known, or something is known to be in the way. */
  onNews(): void;
  onTrouble(message: string): void;
}

/** Follows a kind as far as the account may: in the whole cluster, or namespace by namespace. */
export class Reading {
  readonly #parts: readonly Part[];

  constructor(client: ApiClient, options: ReadingOptions, events: ReadingEvents) {
    const { resource, namespaces } = options;
    const scopes: readonly (string | undefined)[] = namespaces === undefined || !resource.isNamespaced ? [undefined] : namespaces;
    this.#parts = scopes.map((namespace) => new Part(client, { ...options, ...(namespace === undefined ? {} : { namespace }) }, events));
  }

  get isRead(): boolean {
    return this.#parts.every((it) => it.isRead);
  }

  stop(): void {
    for (const one of this.#parts) one.stop();
  }

  findings(): Finding[] {
    return this.#parts.flatMap(({ trouble }) => (trouble === undefined ? [] : [{ code: 'kind-unavailable' as const, severity: 'warning' as const, message: trouble }]));
  }
}

type PartOptions = ReadingOptions & { readonly namespace?: string };

/** What one reflector follows. */
class Part {
  isRead = false;
  trouble: string | undefined;
  readonly #options: PartOptions;
  readonly #events: ReadingEvents;
  readonly #reflector: Reflector;
  /** How often in a row the server did not know the kind. */
  #missed = 0;
  /** It is the server or the way to it that fails, for all kinds alike. */
  #isCutOff = false;

  constructor(client: ApiClient, options: PartOptions, events: ReadingEvents) {
    this.#options = options;
    this.#events = events;
    const { resource, namespace, isMetadataOnly, times } = options;
    const followed = { resource, ...(namespace === undefined ? {} : { namespace }), ...(isMetadataOnly === true ? { isMetadataOnly } : {}) };
    this.#reflector = new Reflector(client, followed, {
      onSync: (objects) => {
        events.onSync(objects, (key) => this.#isInside(key));
        this.isRead = true;
        this.#missed = 0;
        events.onNews();
      },
      onWatch: () => this.#recover(),
      onChange: (key, object) => events.onChange(key, object),
      onTrouble: (error) => this.#fail(error),
    }, times);
    void this.#reflector.run();
  }

  stop(): void {
    this.#reflector.stop();
  }

  #isInside(key: string): boolean {
    const { namespace } = this.#options;
    return namespace === undefined || key.startsWith(`${namespace}/`);
  }

  #recover(): void {
    if (this.trouble === undefined) return;
    this.trouble = undefined;
    this.#events.onTrouble(this.#isCutOff ? 'the API server answers again' : `${this.#name} are followed again`);
    this.#isCutOff = false;
    this.#events.onNews();
  }

  #fail(error: unknown): void {
    const { isRead: wasRead, trouble: before } = this;
    const status = error instanceof ApiError ? error.status : undefined;
    this.#missed = status === 404 ? this.#missed + 1 : 0;
    const isGone = this.#missed === surelyMissing;
    if (isGone) this.#events.onSync(new Map(), (key) => this.#isInside(key));
    if (status === 404 || status === 403) this.isRead = true;
    this.trouble = status === 404 && this.#options.resource.isOptional === true ? undefined : this.#told(error);
    this.#isCutOff = isServersOwn(status);
    if (this.trouble === before && !isGone && this.isRead === wasRead) return;
    if (this.trouble !== before && this.trouble !== undefined) this.#events.onTrouble(this.#isCutOff ? `the API server cannot be asked: ${messageOf(error)}` : this.trouble);
    this.#events.onNews();
  }

  get #name(): string {
    const { resource: { plural }, namespace } = this.#options;
    return namespace === undefined ? plural : `${plural} of namespace ${namespace}`;
  }

  #told(error: unknown): string {
    const version = apiVersionOf(this.#options.resource);
    if (error instanceof ApiError && error.status === 404) return `${this.#name} (${version}) are not known to the API server; install the CRDs of Gateway API v1.7`;
    return `${this.#name} (${version}) cannot be read: ${messageOf(error)}`;
  }
}

/** Whether the server is away or overloaded, whatever it was asked. `status`: its answer's, if it gave one. */
function isServersOwn(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 429;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
