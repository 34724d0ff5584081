import { listChange, perObject, type ListChange } from '../base/index.ts';
import { admit, kinds, type Admission, type Admitted, type Kind } from '../api/index.ts';
import { formatPosition, type Finding, type ObjectRef, type Snapshot, type SourceObject } from '../contract/index.ts';
import { findingOf } from './finding-of.ts';
import { impliedNamespace, withNameLabel } from './implied-namespace.ts';
import type { Model, Modeled } from './model.ts';
import { skippedIngress } from './skipped-ingress.ts';

type AnyModeled = Modeled<Admitted['object']>;
type Objects = { readonly [K in Kind]: Map<string, AnyModeled> };

/** One object that is another one than before; undefined where there is none. */
export interface ModelChange {
  readonly kind: Kind;
  readonly key: string;
  readonly before: AnyModeled | undefined;
  readonly after: AnyModeled | undefined;
}

/** Admissions by document: a document keeps its identity while its content stays, so an edit re-admits only what changed. */
const admitOnce = perObject((source: SourceObject): Admission => admit(source.value));

/** The model of the newest snapshot. Its tables live on: an update changes them where the snapshots differ, and says where that was. */
export class LiveModel {
  readonly #objects = Object.fromEntries(kinds.map((kind) => [kind, new Map<string, AnyModeled>()])) as unknown as Objects;
  /** The documents that define an object, or try to; hardly ever more than one. */
  readonly #claimants = new Map<Kind, Map<string, SourceObject | readonly SourceObject[]>>(kinds.map((kind) => [kind, new Map()]));
  readonly #skipped = new Map<string, number>();
  readonly #words = new Map<SourceObject, readonly Finding[]>();
  /** By kind and key: the object is rejected, and its last good content is in force. */
  readonly #keptLastGood = new Map<string, Finding>();
  readonly #duplicates = new Set<SourceObject>();
  /** Documents that are rejected, but for those whose last good content is in force. */
  readonly #rejected = new Set<SourceObject>();
  #leftOut: readonly SourceObject[] = [];
  /** How many objects are in a namespace. */
  readonly #population = new Map<string, number>();
  readonly #implied = new Map<string, AnyModeled>();
  #snapshot: Snapshot = { objects: [], findings: [] };
  #previous: Model | undefined;
  #changes = new Map<string, ModelChange>();
  #saysOther = true;
  #leavesOther = false;
  #findings: readonly Finding[] = [];

  /** An object that is rejected at first has its content in `previous`, if it was there. */
  constructor(previous?: Model) {
    this.#previous = previous;
  }

  get model(): Model {
    return { objects: this.#objects as unknown as Model['objects'], leftOut: this.#leftOut, findings: this.#findings, skipped: this.#skipped };
  }

  update(snapshot: Snapshot): readonly ModelChange[] {
    this.#changes = new Map();
    const { gone, come } = differences(this.#snapshot, snapshot);
    this.#saysOther ||= snapshot.findings.length > 0 || this.#snapshot.findings.length > 0;
    this.#snapshot = snapshot;
    const slots = new Map<string, readonly [Kind, string]>();
    for (const source of gone) this.#leave(source, slots);
    for (const source of come) this.#enter(source, slots);
    for (const [kind, key] of slots.values()) this.#settle(kind, key);
    this.#implyNamespaces();
    this.#previous = undefined;
    if (this.#saysOther) this.#findings = [...snapshot.findings, ...this.#wordsInOrder(), ...this.#keptLastGood.values()];
    this.#saysOther = false;
    if (this.#leavesOther) this.#leftOut = [...this.#duplicates, ...this.#rejected];
    this.#leavesOther = false;
    return [...this.#changes.values()].filter(({ before, after }) => before !== after);
  }

  /** The model before the last update. It must not be updated again. */
  undo(): Model {
    for (const { kind, key, before } of this.#changes.values()) {
      if (before === undefined) this.#objects[kind].delete(key);
      else this.#objects[kind].set(key, before);
    }
    return this.model;
  }

  #leave(source: SourceObject, slots: Map<string, readonly [Kind, string]>): void {
    const admission = admitOnce(source);
    if (this.#words.delete(source)) this.#saysOther = true;
    this.#leaveOut(source, undefined);
    if (admission.outcome === 'skipped') return this.#count(this.#skipped, admission.type, -1);
    if (admission.ref === undefined) return;
    const [kind, key] = slotOf(admission.ref, slots);
    const table = this.#claimants.get(kind);
    const rest = listed(table?.get(key)).filter((it) => it !== source);
    if (rest.length === 0) table?.delete(key);
    else table?.set(key, rest.length === 1 ? rest[0]! : rest);
  }

  #enter(source: SourceObject, slots: Map<string, readonly [Kind, string]>): void {
    const admission = admitOnce(source);
    if (admission.outcome === 'skipped') {
      this.#count(this.#skipped, admission.type, 1);
      const word = skippedIngress(source, admission.type);
      if (word !== undefined) this.#say(source, [word]);
      return;
    }
    if (admission.ref === undefined) {
      this.#leaveOut(source, this.#rejected);
      return this.#say(source, problemsOf(source, admission));
    }
    const [kind, key] = slotOf(admission.ref, slots);
    const table = this.#claimants.get(kind);
    const others = table?.get(key);
    table?.set(key, others === undefined ? source : [...listed(others), source]);
  }

  #say(source: SourceObject, words: readonly Finding[]): void {
    if (words.length === 0 && !this.#words.delete(source)) return;
    if (words.length > 0) this.#words.set(source, words);
    this.#saysOther = true;
  }

  /** Of several documents the first that is admitted counts. */
  #settle(kind: Kind, key: string): void {
    const sources = this.#inOrder(listed(this.#claimants.get(kind)?.get(key)));
    const { winner, rejected } = this.#judge(sources);
    const slot = `${kind} ${key}`;
    if (this.#keptLastGood.delete(slot)) this.#saysOther = true;
    const last = this.#objects[kind]?.get(key) ?? this.#previous?.objects[kind]?.get(key);
    if (winner !== undefined || rejected === undefined || last === undefined) return this.#put(kind, key, winner);
    for (const source of sources) this.#leaveOut(source, undefined);
    this.#keptLastGood.set(slot, lastGoodFinding(rejected));
    this.#saysOther = true;
    this.#put(kind, key, last);
  }

  #judge(sources: readonly SourceObject[]): { readonly winner: AnyModeled | undefined; readonly rejected: RejectedDocument | undefined } {
    let winner: AnyModeled | undefined;
    let rejected: RejectedDocument | undefined;
    for (const source of sources) {
      const admission = admitOnce(source);
      if (admission.outcome === 'skipped') continue;
      const words = problemsOf(source, admission);
      this.#leaveOut(source, admission.outcome === 'rejected' ? this.#rejected : winner === undefined ? undefined : this.#duplicates);
      if (admission.outcome === 'rejected') rejected ??= { source, ref: admission.ref! };
      else if (winner !== undefined) words.push(duplicate(winner, source));
      else winner = modeledOf(admission, source);
      this.#say(source, words);
    }
    return { winner, rejected };
  }

  #leaveOut(source: SourceObject, among: Set<SourceObject> | undefined): void {
    for (const set of [this.#duplicates, this.#rejected]) {
      const before = set.size;
      if (set === among) set.add(source);
      else set.delete(source);
      if (set.size !== before) this.#leavesOther = true;
    }
  }

  #inOrder(sources: readonly SourceObject[]): readonly SourceObject[] {
    if (sources.length < 2) return sources;
    const { objects } = this.#snapshot;
    return [...sources].sort((a, b) => objects.indexOf(a) - objects.indexOf(b));
  }

  #put(kind: Kind, key: string, after: AnyModeled | undefined): void {
    const table = this.#objects[kind];
    const before = table.get(key);
    if (before === after) return;
    if (after === undefined) table.delete(key);
    else table.set(key, after);
    const slot = `${kind} ${key}`;
    const earlier = this.#changes.get(slot);
    this.#changes.set(slot, { kind, key, before: earlier === undefined ? before : earlier.before, after });
    if (before !== undefined) this.#count(this.#population, before.ref.namespace, -1);
    if (after !== undefined) this.#count(this.#population, after.ref.namespace, 1);
  }

  #count(table: Map<string, number>, name: string, by: number): void {
    const count = (table.get(name) ?? 0) + by;
    if (count === 0) table.delete(name);
    else table.set(name, count);
  }

  /** Namespaces that objects are in and no document defines; they were made by hand, as people do. */
  #implyNamespaces(): void {
    const affected = new Map<string, AnyModeled | undefined>();
    for (const { kind, key, before, after } of this.#changes.values()) {
      if (kind === 'Namespace') affected.set(key, affected.get(key));
      for (const it of [before, after]) if (it !== undefined && it.ref.namespace !== '') affected.set(it.ref.namespace, after ?? affected.get(it.ref.namespace) ?? before);
    }
    for (const [name, member] of affected) this.#imply(name, member?.source);
  }

  /** `source`: a document of an object that is or was in it, where one changed. */
  #imply(name: string, source: SourceObject | undefined): void {
    const now = this.#objects.Namespace.get(name);
    const isNeeded = this.#population.has(name);
    if (now !== undefined && now === this.#implied.get(name)) {
      if (!isNeeded) this.#put('Namespace', name, undefined);
    } else if (now === undefined && isNeeded) {
      const implied = this.#implied.get(name) ?? impliedNamespace(name, source ?? this.#snapshot.objects[0]!);
      this.#implied.set(name, implied);
      this.#put('Namespace', name, implied);
    }
    if (!isNeeded) this.#implied.delete(name);
  }

  #wordsInOrder(): Finding[] {
    return [...this.#words].sort(([a], [b]) => a.order - b.order).flatMap(([, words]) => words);
  }
}

function differences(before: Snapshot, after: Snapshot): ListChange<SourceObject> {
  if (after === before) return { gone: [], come: [] };
  const { since } = after;
  return since !== undefined && since.earlier === before.id ? since : listChange(before.objects, after.objects);
}

function slotOf(ref: ObjectRef, slots: Map<string, readonly [Kind, string]>): readonly [Kind, string] {
  const slot = [ref.kind as Kind, keyOf(ref)] as const;
  slots.set(slot.join(' '), slot);
  return slot;
}

function listed(claimants: SourceObject | readonly SourceObject[] | undefined): readonly SourceObject[] {
  if (claimants === undefined) return [];
  return Array.isArray(claimants) ? claimants as readonly SourceObject[] : [claimants as SourceObject];
}

/** `namespace/name`, or `name` for cluster-scoped kinds. */
function keyOf(ref: ObjectRef): string {
  return ref.namespace === '' ? ref.name : `${ref.namespace}/${ref.name}`;
}

/** The same value for the same document, so that later steps can remember their work by it. */
const modeled = new WeakMap<Admitted, AnyModeled>();

function modeledOf(admission: Admitted, source: SourceObject): AnyModeled {
  let result = modeled.get(admission);
  if (result === undefined) {
    const { metadata } = admission.object;
    const object = admission.kind === 'Namespace' ? withNameLabel(admission.object) : admission.object;
    const generation = Math.max(source.generation, metadata.generation ?? 0);
    result = { ref: admission.ref, key: keyOf(admission.ref), object, generation, created: metadata.creationTimestamp ?? '', source };
    modeled.set(admission, result);
  }
  return result;
}

function problemsOf(source: SourceObject, { problems, ref }: Exclude<Admission, { outcome: 'skipped' }>): Finding[] {
  return problems.map((one) => findingOf(source, one, ref));
}

function duplicate(first: AnyModeled, source: SourceObject): Finding {
  const other = first.source.locate(['metadata', 'name']);
  const where = other === undefined ? '' : ` at ${formatPosition(other)}`;
  return findingOf(source, {
    code: 'duplicate-object',
    severity: 'error',
    path: ['metadata', 'name'],
    message: `defined twice; the first one${where} is used`,
    hint: 'remove one of them, or give it another name or namespace',
  }, first.ref);
}

interface RejectedDocument {
  readonly source: SourceObject;
  readonly ref: ObjectRef;
}

function lastGoodFinding({ source, ref }: RejectedDocument): Finding {
  return findingOf(source, {
    code: 'kept-last-good',
    severity: 'info',
    path: ['metadata', 'name'],
    message: 'rejected as it is now; its last good content stays in force',
  }, ref);
}
