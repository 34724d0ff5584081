import { distance } from '../../base/index.ts';
import { describeRef, type FieldPath, type ObjectRef } from '../../contract/index.ts';
import type { Modeled } from '../../model/index.ts';
import type { Meaning } from '../known.ts';
import { type Change, setField, shown } from './change.ts';

interface Reference {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly port?: number;
}

/** What might make a reference resolve: another name, port or namespace, or a grant. */
export function referenceChanges(owner: Modeled<unknown>, path: FieldPath, meaning: Meaning): Change[] {
  const found = referenceAt(owner.object, path);
  if (found === undefined) return [];
  const { reference, at } = found;
  const target: ObjectRef = { group: reference.group ?? '', kind: reference.kind ?? kindAt(at), namespace: reference.namespace ?? owner.ref.namespace, name: reference.name };
  const known = [...(meaning.model.objects as Readonly<Record<string, ReadonlyMap<string, Modeled<unknown>>>>)[target.kind]?.values() ?? []].map(({ ref }) => ref);
  const names = known.filter((it) => it.namespace === target.namespace && it.name !== target.name).map((it) => it.name).sort((a, b) => distance(target.name, a) - distance(target.name, b));
  const elsewhere = known.filter((it) => it.name === target.name && it.namespace !== target.namespace);
  return [
    ...(target.namespace === owner.ref.namespace ? [] : [grantFor(owner.ref, target)]),
    ...portChanges(owner, { reference, at, target }, meaning),
    ...names.slice(0, 2).filter((name) => distance(target.name, name) <= Math.max(2, target.name.length / 3)).map((name) => setField(owner, [...at, 'name'], name)),
    ...elsewhere.slice(0, 2).map((it) => together(setField(owner, [...at, 'namespace'], it.namespace), it.namespace === owner.ref.namespace ? undefined : grantFor(owner.ref, it))),
  ];
}

/** The reference that a path is of, or leads into. */
function referenceAt(object: unknown, path: FieldPath): { readonly reference: Reference; readonly at: FieldPath } | undefined {
  let found: { reference: Reference; at: FieldPath } | undefined;
  let value = object;
  for (const [index, step] of path.entries()) {
    value = (value as Record<string | number, unknown> | undefined)?.[step];
    const at = path.slice(0, index + 1);
    if (isReference(value) && /Refs?$/.test(String(at.findLast((it) => typeof it === 'string')))) found = { reference: value, at };
    const inner = (value as { readonly backendRef?: unknown } | undefined)?.backendRef;
    if (isReference(inner)) found = { reference: inner, at: [...at, 'backendRef'] };
  }
  return found;
}

function isReference(value: unknown): value is Reference {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

function kindAt(at: FieldPath): string {
  const field = String(at.findLast((it) => typeof it === 'string'));
  if (/^certificateRefs?$/i.test(field) || field === 'clientCertificateRef') return 'Secret';
  return 'Service';
}

interface Placed {
  readonly reference: Reference;
  readonly at: FieldPath;
  readonly target: ObjectRef;
}

function portChanges(owner: Modeled<unknown>, { reference, at, target }: Placed, { model }: Meaning): Change[] {
  const service = target.kind === 'Service' ? model.objects.Service.get(`${target.namespace}/${target.name}`) : undefined;
  return (service?.object.spec.ports ?? []).filter(({ port }) => port !== reference.port).slice(0, 3).map(({ port }) => setField(owner, [...at, 'port'], port));
}

/** The narrowest ReferenceGrant for a reference. */
function grantFor(from: ObjectRef, to: ObjectRef): Change {
  const spec = { from: [{ group: from.group, kind: from.kind, namespace: from.namespace }], to: [{ group: to.group, kind: to.kind, name: to.name }] };
  const object = { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', metadata: { name: `${from.namespace}-to-${to.name}`, namespace: to.namespace }, spec };
  return { words: `Add a ReferenceGrant to namespace ${to.namespace} that lets ${from.kind}s of ${from.namespace} refer to ${describeRef(to)}: spec: ${shown(spec)}.`, edits: [{ kind: 'add', object }] };
}

function together(first: Change, second: Change | undefined): Change {
  return second === undefined ? first : { words: `${first.words} ${second.words}`, edits: [...first.edits, ...second.edits] };
}
