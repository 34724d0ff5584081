import { ApiClient } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { handOverReplicas } from './hand-over-replicas.ts';
import { fieldManager, objectPath, type ObjectName } from './object-path.ts';

/** An object as it is to be, as far as we have a wish. */
export interface AppliedObject extends ObjectName {
  readonly spec?: unknown;
}

export interface ApplierOptions {
  /** What `problemOf` says changed. */
  onProblems?(): void;
  /** Time before another try after the first refusal, and the longest one. Milliseconds. */
  readonly shortestWait?: number;
  readonly longestWait?: number;
}

const usual = { shortestWait: 500, longestWait: 30_000, onProblems: (): void => undefined };
/** Groups that are worked on at once. */
const mostAtOnce = 8;

/** What belongs together: objects of one name, applied in order, since an account must be there before the pods that use it. */
interface Group {
  readonly key: string;
  /** Wishes as text, by path. */
  wanted: ReadonlyMap<string, string>;
  readonly applied: Map<string, string>;
  problem: string | undefined;
  waitMs: number;
  timer: NodeJS.Timeout | undefined;
}

/** Makes objects, or brings them to what they are to be, by server-side apply; each when the wish changed. One that is refused holds up its own group alone. */
export class Applier {
  readonly #client: ApiClient;
  readonly #onTrouble: (message: string) => void;
  readonly #options: Required<ApplierOptions>;
  readonly #groups = new Map<string, Group>();
  readonly #busy = new Set<Group>();
  #isStopped = false;
  #isPaused = false;

  /** `onTrouble` hears a sentence for the log; the same one is not said again and again. */
  constructor(access: ClusterAccess, onTrouble: (message: string) => void, options: ApplierOptions = {}) {
    this.#client = new ApiClient(access);
    this.#onTrouble = onTrouble;
    this.#options = { ...usual, ...options };
  }

  /** All objects that are wanted now. */
  want(objects: readonly AppliedObject[]): void {
    const wishes = new Map<string, Map<string, string>>();
    for (const one of objects) {
      const key = `${one.metadata.namespace}/${one.metadata.name}`;
      const group = wishes.get(key) ?? new Map<string, string>();
      wishes.set(key, group.set(objectPath(one), JSON.stringify(one)));
    }
    for (const [key, group] of this.#groups) if (!wishes.has(key)) this.#forget(group);
    for (const [key, wanted] of wishes) this.#want(key, wanted);
    this.#go();
  }

  /** Whether this object is wanted now. */
  wants(object: ObjectName): boolean {
    return this.#groups.get(`${object.metadata.namespace}/${object.metadata.name}`)?.wanted.has(objectPath(object)) === true;
  }

  /** An object is gone, and not by us: if it is wanted, it is made again. */
  lost(object: ObjectName): void {
    if (this.#groups.get(`${object.metadata.namespace}/${object.metadata.name}`)?.applied.delete(objectPath(object)) === true) this.#go();
  }

  /** Which of the objects of a `namespace/name` could not be applied and why, a sentence; undefined where all could. */
  problemOf(key: string): string | undefined {
    return this.#groups.get(key)?.problem;
  }

  /** Another process applies from now on, or this one does: then all is applied anew, since nobody knows what the other one did. */
  pause(isPaused: boolean): void {
    if (this.#isPaused && !isPaused) for (const { applied } of this.#groups.values()) applied.clear();
    this.#isPaused = isPaused;
    this.#go();
  }

  close(): void {
    this.#isStopped = true;
    for (const { timer } of this.#groups.values()) clearTimeout(timer);
    this.#client.close();
  }

  #want(key: string, wanted: ReadonlyMap<string, string>): void {
    const group = this.#groups.get(key) ?? { key, wanted, applied: new Map<string, string>(), problem: undefined, waitMs: this.#options.shortestWait, timer: undefined };
    this.#groups.set(key, group);
    const isNew = [...wanted].some(([path, text]) => group.wanted.get(path) !== text);
    group.wanted = wanted;
    for (const path of group.applied.keys()) if (!wanted.has(path)) group.applied.delete(path);
    // Somebody may just have mended it.
    if (isNew) this.#wake(group);
  }

  #forget(group: Group): void {
    clearTimeout(group.timer);
    group.wanted = new Map();
    this.#groups.delete(group.key);
  }

  #wake(group: Group): void {
    clearTimeout(group.timer);
    group.timer = undefined;
    group.waitMs = this.#options.shortestWait;
  }

  #go(): void {
    for (const group of this.#groups.values()) {
      if (this.#isPaused || this.#isStopped || this.#busy.size >= mostAtOnce) return;
      if (this.#busy.has(group)) continue;
      // A wish that was refused is taken back.
      if (dueIn(group) === undefined) this.#settle(group, undefined);
      else if (group.timer === undefined) this.#begin(group);
    }
  }

  #begin(group: Group): void {
    this.#busy.add(group);
    void this.#work(group).finally(() => {
      this.#busy.delete(group);
      this.#go();
    });
  }

  async #work(group: Group): Promise<void> {
    for (let due = dueIn(group); due !== undefined && !this.#isStopped && !this.#isPaused; due = dueIn(group)) {
      const [path, text] = due;
      try {
        await this.#apply(path, JSON.parse(text) as AppliedObject);
        group.applied.set(path, text);
      } catch (error) {
        const cause = `could not be applied: ${error instanceof Error ? error.message : String(error)}`;
        return this.#fail(group, `${describePath(path)} ${cause}`, `${path} ${cause}`);
      }
    }
    if (dueIn(group) === undefined) this.#settle(group, undefined);
  }

  async #apply(path: string, object: AppliedObject): Promise<void> {
    await handOverReplicas(this.#client, path, object);
    await this.#client.call({ method: 'PATCH', path, query: { fieldManager, force: 'true' }, contentType: 'application/apply-patch+yaml', body: object });
  }

  #fail(group: Group, problem: string, trouble: string): void {
    if (this.#isStopped || group.wanted.size === 0) return;
    group.waitMs = Math.min(group.waitMs * 2, this.#options.longestWait);
    group.timer = setTimeout(() => {
      group.timer = undefined;
      this.#go();
    }, group.waitMs * (0.5 + Math.random() / 2)).unref();
    if (group.problem !== problem) this.#onTrouble(trouble);
    this.#settle(group, problem);
  }

  #settle(group: Group, problem: string | undefined): void {
    if (problem === undefined) group.waitMs = this.#options.shortestWait;
    if (group.problem === problem) return;
    group.problem = problem;
    this.#options.onProblems();
  }
}

function dueIn({ wanted, applied }: Group): [path: string, text: string] | undefined {
  for (const [path, text] of wanted) if (applied.get(path) !== text) return [path, text];
  return undefined;
}

/** `deployments shop/web-postern`. */
function describePath(path: string): string {
  const [namespace, plural, name] = /\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path)?.slice(1).map(decodeURIComponent) ?? [];
  return `${plural} ${namespace}/${name}`;
}

