import type { ListChange } from '../../base/index.ts';
import type { ObjectRef } from '../../contract/index.ts';
import { ApiClient, ApiError } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { KubeObject } from './kube-object.ts';
import { differsInCounts, mergeStatus, released, withoutOwn } from './merge-status.ts';
import { apiVersionOf, pathOf, type Resource, watchedResources } from './resource.ts';

/** The status that an object is to have. */
export interface WantedStatus {
  readonly ref: ObjectRef;
  /** Of the object that it was computed from. */
  readonly generation: number;
  readonly status: { readonly [field: string]: unknown };
}

/** What is other than before. */
export interface StatusNews {
  readonly statuses: ListChange<WantedStatus>;
  /** Objects that are others, by kind and `namespace/name`: one that was made anew has no status yet. */
  readonly objects: readonly { readonly kind: string; readonly key: string }[];
}

export interface StatusWriterOptions {
  readonly controllerName: string;
  /** The object as it was last seen. */
  find(kind: string, key: string): KubeObject | undefined;
  onTrouble(message: string): void;
}

const mostAtOnce = 16;
const mostTries = 5;
const [shortestWaitMs, longestWaitMs] = [500, 60_000];
/** An object that is edited all the time is written so often, since a write in between would only be in the way of the next edit. */
const restMs = 100;
/** How many routes a listener has moves with each route that comes: so often it is told. */
const countsMs = 1500;

/** A write that was not long ago. */
interface Written {
  readonly at: number;
  readonly isOfCounts: boolean;
  /** When the object is looked at again. */
  again: number;
}

/** An object whose status could not be written, until it can. */
interface Failing {
  readonly waitMs: number;
  readonly told: string;
}

/** Writes statuses: only what is ours, only where something changed, one write at a time for each object, the newest wish first. */
export class StatusWriter {
  readonly #client: ApiClient;
  readonly #options: StatusWriterOptions;
  readonly #wanted = new Map<string, WantedStatus>();
  /** What was said of Gateways that went to other controllers, until they are looked at. */
  readonly #left = new Map<string, WantedStatus>();
  /** Objects to look at, in the order in which they were asked for. */
  readonly #waiting = new Set<string>();
  readonly #busy = new Set<string>();
  readonly #failing = new Map<string, Failing>();
  /** The oldest first. */
  readonly #written = new Map<string, Written>();
  #isStopped = false;
  /** Another process writes; wishes are kept for the moment when this one is to. */
  #isPaused = false;
  /** Writes so far. */
  writes = 0;

  constructor(access: ClusterAccess, options: StatusWriterOptions) {
    this.#client = new ApiClient(access);
    this.#options = options;
  }

  /**
   * Brings all objects to these statuses; what an object had from Postern goes where it is not among them. `news`: what is other than at the
   * call before, and which objects are; undefined where that is not known.
   */
  want(statuses: () => readonly WantedStatus[], news?: StatusNews): void {
    const { gone, come } = news?.statuses ?? { gone: [...this.#wanted.values()], come: statuses() };
    const now = new Set(come.map(({ ref }) => idOf(ref)));
    for (const one of gone) {
      const id = idOf(one.ref);
      if (now.has(id)) continue;
      this.#wanted.delete(id);
      if (one.ref.kind === 'Gateway') this.#left.set(id, one);
      this.#waiting.add(id);
    }
    for (const one of come) {
      this.#wanted.set(idOf(one.ref), one);
      this.#left.delete(idOf(one.ref));
      this.#waiting.add(idOf(one.ref));
    }
    for (const { kind, key } of news?.objects ?? []) this.#waiting.add(`${kind} ${key}`);
    this.#go();
  }

  /** Whether this process writes from now on. */
  lead(leads: boolean): void {
    this.#isPaused = !leads;
    if (leads) for (const id of this.#wanted.keys()) this.#waiting.add(id);
    this.#go();
  }

  /** Somebody changed this object, perhaps its status. */
  look(kind: string, key: string): void {
    this.#waiting.add(`${kind} ${key}`);
    this.#go();
  }

  close(): void {
    this.#isStopped = true;
    this.#client.close();
  }

  #go(): void {
    for (const id of this.#waiting) {
      if (this.#isStopped || this.#isPaused || this.#busy.size >= mostAtOnce) return;
      if (this.#busy.has(id)) continue;
      this.#waiting.delete(id);
      const live = this.#live(id);
      if (live === undefined) this.#left.delete(id);
      const status = live === undefined ? undefined : this.#due(id, live);
      if (live === undefined || status === undefined || this.#mayWait(id, live, status)) continue;
      this.#busy.add(id);
      void this.#write(id, live, status).finally(() => {
        this.#busy.delete(id);
        this.#go();
      });
    }
  }

  /** Whether the object was written just now; where only counts moved then and now, a longer while ago. It is looked at again when its rest is over. */
  #mayWait(id: string, live: KubeObject, status: NonNullable<KubeObject['status']>): boolean {
    const now = performance.now();
    for (const [old, { at }] of this.#written) {
      if (now - at < countsMs) break;
      this.#written.delete(old);
    }
    const isOfCounts = differsInCounts(live.status, status);
    const last = this.#written.get(id);
    const over = last === undefined ? now : last.at + (isOfCounts && last.isOfCounts ? countsMs : restMs);
    if (last !== undefined && over > now) {
      this.#lookAgain(id, last, over);
      return true;
    }
    this.#written.delete(id);
    this.#written.set(id, { at: now, isOfCounts, again: Infinity });
    return false;
  }

  #lookAgain(id: string, written: Written, at: number): void { // oxlint-disable-line max-params -- what, after what, when.
    if (written.again <= at) return;
    written.again = at;
    setTimeout(() => {
      written.again = Infinity;
      this.#waiting.add(id);
      this.#go();
    }, Math.ceil(at - performance.now())).unref();
  }

  #live(id: string): KubeObject | undefined {
    const at = id.indexOf(' ');
    return this.#options.find(id.slice(0, at), id.slice(at + 1));
  }

  /** The status to write, or undefined where it is as it should be, or where the object is newer than what is known of it. */
  #due(id: string, live: KubeObject): KubeObject['status'] {
    const wanted = this.#wanted.get(id);
    if (wanted === undefined) return this.#leaving(id, live) ?? withoutOwn(live.status, this.#options.controllerName);
    if (live.metadata.generation !== undefined && live.metadata.generation !== wanted.generation) return undefined;
    return mergeStatus(live.status, wanted.status, this.#options.controllerName);
  }

  /** What is left to write of a Gateway that is not ours any more. */
  #leaving(id: string, live: KubeObject): KubeObject['status'] {
    const last = this.#left.get(id);
    const status = last === undefined ? undefined : released(live.status, last.status);
    if (status === undefined) this.#left.delete(id);
    return status;
  }

  async #write(id: string, first: KubeObject, status: NonNullable<KubeObject['status']>): Promise<void> {
    const resource = resourceOf(first);
    let [live, due]: [KubeObject, KubeObject['status']] = [first, status];
    for (let tries = 0; due !== undefined && tries < mostTries && !this.#isStopped; tries++) {
      try {
        await this.#client.send({ method: 'PATCH', path: `${pathOf(resource, placeOf(live))}/status`, contentType: 'application/merge-patch+json', body: patchOf(live, due) });
        this.writes++;
        this.#failing.delete(id);
        return;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return;
        if (!(error instanceof ApiError && error.status === 409)) return this.#giveUp(id, error);
      }
      try {
        live = { ...await this.#client.call<KubeObject>({ method: 'GET', path: pathOf(resource, placeOf(live)) }), kind: first.kind };
      } catch (error) {
        return this.#giveUp(id, error);
      }
      due = this.#due(id, live);
    }
    if (due !== undefined) this.#giveUp(id, new Error('others change it all the time'));
  }

  /** Tried again after a while, that grows, so that what never can be written is in nobody's way. */
  #giveUp(id: string, error: unknown): void {
    if (this.#isStopped) return;
    const told = `the status of ${id} could not be written: ${error instanceof Error ? error.message : String(error)}`;
    const before = this.#failing.get(id);
    if (told !== before?.told) this.#options.onTrouble(told);
    const waitMs = before === undefined ? shortestWaitMs : Math.min(before.waitMs * 2, longestWaitMs);
    this.#failing.set(id, { waitMs, told });
    setTimeout(() => {
      this.#waiting.add(id);
      this.#go();
    }, waitMs).unref();
  }
}

const resources = new Map<string, Resource>(watchedResources.map((it) => [it.kind, it]));

/** In the version in which the object was read. */
function resourceOf({ kind, apiVersion }: KubeObject): Resource {
  const usual = resources.get(kind)!;
  return apiVersionOf(usual) === apiVersion ? usual : { ...usual, version: apiVersion.slice(apiVersion.indexOf('/') + 1) };
}

function idOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === '' ? name : `${namespace}/${name}`}`;
}

function placeOf({ metadata }: KubeObject): { readonly namespace: string; readonly name: string } {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}

/** A merge patch for this version of the object alone; fields that go are null (RFC 7396). */
function patchOf(live: KubeObject, status: NonNullable<KubeObject['status']>): unknown {
  const gone = Object.keys(live.status ?? {}).filter((field) => !(field in status)).map((field) => [field, null]);
  return { metadata: { uid: live.metadata.uid, resourceVersion: live.metadata.resourceVersion }, status: { ...status, ...Object.fromEntries(gone) } };
}

