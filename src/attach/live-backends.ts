import { kept, type Ledger, MultiMap, Work } from '../base/index.ts';
import { refKey, type ObjectRef } from '../contract/index.ts';
import type { BackendNode } from './graph.ts';

/** Where backends are found, and asked for by those who send something there. */
export interface BackendTable {
  get(key: string): BackendNode | undefined;
  /** The one that asks needs the backend; `make` reads all that it is made of, so that it can be made again. */
  use(key: string, make: () => BackendNode): void;
}

/** For those who ask what there would be, and need nothing. */
export const noBackends: BackendTable = { get: () => undefined, use: () => undefined };

/** Work on an object that may refer to backends. */
export class AttachWork extends Work {
  /** Keys of the backends that it needs. */
  backends: string[] = [];
  /** Keys of the Services and XBackends that it refers to, also where it can't use them. */
  references: string[] = [];
  /** Keys of the Gateways that it leads to. */
  gateways: readonly string[] = [];
}

class BackendWork extends Work {
  readonly key: string;
  make: () => BackendNode;

  constructor(key: string, make: () => BackendNode) {
    super();
    this.key = key;
    this.make = make;
  }
}

/** The backends that somebody needs, and who refers to what. */
export class LiveBackends implements BackendTable {
  readonly nodes = new Map<string, BackendNode>();
  readonly #ledger: Ledger;
  readonly #works = new Map<string, BackendWork>();
  /** By key of the object that is referred to. */
  readonly #referrers = new MultiMap<string, AttachWork>();
  /** Keys of backends by that of their Service or XBackend. */
  readonly #ofObject = new MultiMap<string, string>();
  /** By key of the backend. */
  readonly #users = new MultiMap<string, AttachWork>();
  #changed = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get(key: string): BackendNode | undefined {
    return this.nodes.get(key);
  }

  use(key: string, make: () => BackendNode): void {
    const user = this.#user;
    let work = this.#works.get(key);
    if (work === undefined) {
      this.#works.set(key, work = new BackendWork(key, make));
      this.#make(work);
    }
    work.make = make;
    this.#users.add(key, user);
    if (!user.backends.includes(key)) user.backends.push(key);
  }

  /** Whoever is at work refers to this object. */
  refer(to: ObjectRef): void {
    const user = this.#user;
    const key = refKey(to);
    if (user.references.includes(key)) return;
    user.references.push(key);
    this.#referrers.add(key, user);
  }

  get #user(): AttachWork {
    const user = this.#ledger.underWay;
    if (!(user instanceof AttachWork)) throw new Error('backends are needed by some object');
    return user;
  }

  /** Does the work; what it needed before and needs no longer is let go. */
  do<T>(work: AttachWork, make: () => T): T {
    const { backends, references } = work;
    work.backends = [];
    work.references = [];
    try {
      return this.#ledger.do(work, make);
    } finally {
      this.#letGo(work, backends, references);
    }
  }

  /** The object is gone. */
  drop(work: AttachWork): void {
    const { backends, references } = work;
    work.backends = [];
    work.references = [];
    this.#ledger.forget(work);
    this.#letGo(work, backends, references);
  }

  #letGo(work: AttachWork, backends: readonly string[], references: readonly string[]): void {
    for (const key of references) if (!work.references.includes(key)) this.#referrers.delete(key, work);
    for (const key of backends) if (!work.backends.includes(key)) this.#release(key, work);
  }

  #release(key: string, user: AttachWork): void {
    const work = this.#works.get(key);
    const node = this.nodes.get(key);
    this.#users.delete(key, user);
    if (work === undefined || this.#users.has(key)) return;
    this.#ledger.forget(work);
    this.#works.delete(key);
    this.nodes.delete(key);
    if (node !== undefined) this.#ofObject.delete(refKey(node.service), key);
    this.#changed.add(key);
  }

  #make(work: BackendWork): void {
    const before = this.nodes.get(work.key);
    const after = kept(before, this.#ledger.do(work, work.make));
    if (before === after) return;
    this.nodes.set(work.key, after);
    this.#ofObject.add(refKey(after.service), work.key);
    this.#changed.add(work.key);
  }

  /** Makes anew what is stale. Those who need backends come before. */
  renew(): void {
    for (const work of this.#ledger.stale) if (work instanceof BackendWork) this.#make(work);
  }

  /** Keys of the backends that came, changed or went since the last call. */
  takeChanged(): ReadonlySet<string> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  /** Keys of the Gateways of those who refer to an object, in order. */
  gatewaysReferring(to: ObjectRef): string[] {
    return inOrder(this.#referrers.get(refKey(to)));
  }

  /** Keys of the Gateways of those who use a backend of an object, in order. */
  gatewaysUsing(object: ObjectRef): string[] {
    return inOrder([...this.#ofObject.get(refKey(object))].flatMap((key) => [...this.#users.get(key)]));
  }
}

function inOrder(users: Iterable<AttachWork>): string[] {
  const gateways = new Set<string>();
  for (const user of users) for (const key of user.gateways) gateways.add(key);
  return [...gateways].sort();
}
