import { admit, kinds, type Admission, type Admitted, type Kind } from '../api/index.ts';
import { formatPosition, type Finding, type ObjectRef, type Snapshot, type SourceObject } from '../contract/index.ts';
import { findingOf } from './finding-of.ts';
import { impliedNamespaces, withNameLabel } from './implied-namespace.ts';
import type { Model, Modeled } from './model.ts';
import { skippedIngress } from './skipped-ingress.ts';

type AnyModeled = Modeled<Admitted['object']>;
type Objects = { readonly [K in Kind]: Map<string, AnyModeled> };

/** Admissions by document: a document keeps its identity while its content stays, so an edit re-admits only what changed. */
const remembered = new WeakMap<SourceObject, Admission>();

interface Draft {
  readonly objects: Objects;
  readonly findings: Finding[];
  readonly skipped: Map<string, number>;
}

/**
 * Admits every document of a snapshot. An object that is rejected stays with its content in `previous`, if it was there;
 * of two documents that define the same object the first wins; namespaces that nobody defines are implied.
 */
export function buildModel(snapshot: Snapshot, previous?: Model): Model {
  const draft: Draft = { objects: emptyObjects(), findings: [...snapshot.findings], skipped: new Map() };
  const rejected: { readonly source: SourceObject; readonly ref: ObjectRef }[] = [];
  for (const source of snapshot.objects) {
    const admission = admitOnce(source);
    if (admission.outcome === 'skipped') {
      draft.skipped.set(admission.type, (draft.skipped.get(admission.type) ?? 0) + 1);
      const word = skippedIngress(source, admission.type);
      if (word !== undefined) draft.findings.push(word);
      continue;
    }
    for (const one of admission.problems) draft.findings.push(findingOf(source, one, admission.ref));
    if (admission.outcome === 'admitted') add(draft, admission, source);
    else if (admission.ref !== undefined) rejected.push({ source, ref: admission.ref });
  }
  if (previous !== undefined) for (const { source, ref } of rejected) keepLastGood(draft, { source, ref, previous });
  for (const implied of impliedNamespaces(draft.objects)) draft.objects.Namespace.set(implied.key, implied);
  return { ...draft, objects: draft.objects as unknown as Model['objects'] };
}

function emptyObjects(): Objects {
  return Object.fromEntries(kinds.map((kind) => [kind, new Map<string, AnyModeled>()])) as unknown as Objects;
}

function admitOnce(source: SourceObject): Admission {
  let admission = remembered.get(source);
  if (admission === undefined) remembered.set(source, admission = admit(source.value));
  return admission;
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

function add(draft: Draft, admission: Admitted, source: SourceObject): void {
  const table = draft.objects[admission.kind];
  const key = keyOf(admission.ref);
  const first = table.get(key);
  if (first === undefined) table.set(key, modeledOf(admission, source));
  else draft.findings.push(duplicate(first, source));
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

function keepLastGood(draft: Draft, { source, ref, previous }: { readonly source: SourceObject; readonly ref: ObjectRef; readonly previous: Model }): void {
  const kind = ref.kind as Kind;
  const key = keyOf(ref);
  const last = previous.objects[kind].get(key);
  if (last === undefined || draft.objects[kind].has(key)) return;
  draft.objects[kind].set(key, last);
  draft.findings.push(findingOf(source, {
    code: 'kept-last-good',
    severity: 'info',
    path: ['metadata', 'name'],
    message: 'rejected as it is now; its last good content stays in force',
  }, ref));
}
