import type { ObjectRef } from '../contract/index.ts';
import type { CoreKind } from './core/index.ts';
import { findKind, type Kind, type KindAnswer } from './kinds.ts';
import { checkMetadata } from './metadata.ts';
import { ignoredMetaFields, objectMetaSchema, type ObjectMeta } from './object-meta.ts';
import { describeType, problem, show, type Problem } from './problem.ts';
import type { KindSchema, Schema } from './schema.ts';
import { shape } from './structure/shape.ts';
import type { ObjectTypes } from './index.ts';

/** What an API server makes of one document. */
export type Admission = Admitted | Rejected | Skipped;

/** The object as the API server would hand it out; `problems` are warnings, and unknown fields, which the object no longer has. */
export type Admitted = {
  readonly [K in Kind]: {
    readonly outcome: 'admitted';
    readonly kind: K;
    readonly ref: ObjectRef;
    readonly object: ObjectTypes[K];
    readonly problems: readonly Problem[];
  };
}[Kind];

/** `ref` is there where the document says so much. */
export interface Rejected {
  readonly outcome: 'rejected';
  readonly ref?: ObjectRef;
  readonly problems: readonly Problem[];
}

/** A kind that Postern does not read; `type` is `apiVersion/kind`. */
export interface Skipped {
  readonly outcome: 'skipped';
  readonly type: string;
}

/** Admits one document as an API server with the vendored CRDs would: versions, structure, defaults, rules. Never throws for bad input. */
export function admit(value: unknown): Admission {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return reject([problem('not-an-object', [], { message: `the document is ${describeType(value)}, a Kubernetes object is due`, hint: 'an object begins with apiVersion, kind and metadata' })]);
  }
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  const missing = checkType('apiVersion', apiVersion).concat(checkType('kind', kind));
  if (missing.length > 0) return reject(missing);
  const answer = findKind(String(apiVersion), String(kind));
  switch (answer.known) {
    case 'foreign': return { outcome: 'skipped', type: `${String(apiVersion)}/${String(kind)}` };
    case 'no': return reject([answer.problem], answer.type === undefined ? undefined : refOf(answer.type, metadataOf(value)));
    case 'yes': return admitKnown(value, answer);
  }
}

function checkType(field: 'apiVersion' | 'kind', value: unknown): Problem[] {
  if (typeof value === 'string' && value !== '') return [];
  const example = field === 'kind' ? 'kind: HTTPRoute' : 'apiVersion: gateway.networking.k8s.io/v1';
  const what = value === undefined || value === null || value === '' ? 'not set' : `${describeType(value)}, a string is due`;
  return [problem('missing-type', [field], { message: `${field} ${what === 'not set' ? what : `is ${what}`}`, hint: `write for example: ${example}` })];
}

function admitKnown(value: object, { type, version, warning }: Extract<KindAnswer, { known: 'yes' }>): Admission {
  const problems: Problem[] = warning === undefined ? [] : [warning];
  const root = rootSchema(type, version.schema);
  const input = 'status' in root.properties! ? value : withoutStatus(value);
  const walk = { root, isPartial: 'partial' in type, ignored, path: [], problems };
  const shaped = shape(root, input, walk).value as { readonly metadata: unknown };
  const metadata = (typeof shaped.metadata === 'object' && shaped.metadata !== null && !Array.isArray(shaped.metadata) ? shaped.metadata : {}) as Partial<ObjectMeta>;
  problems.push(...checkMetadata(type, metadata, 'generateName' in metadataOf(value) ? 'generateName' : 'name'));
  if (type.kind === 'Secret') problems.splice(0, problems.length, ...problems.map((one) => withoutContent(one, input)));
  const ref = refOf(type, metadata);
  if (ref === undefined || problems.some(isFatal)) return reject(problems, ref);
  return finish(type, { ref, problems, object: { ...shaped, metadata: placed(metadata as ObjectMeta, ref) } });
}

/** A problem of a Secret's content without the content: messages end up in logs. */
function withoutContent(one: Problem, secret: object): Problem {
  const value = one.path.reduce((holder: unknown, key) => (holder as { readonly [key: string]: unknown } | null | undefined)?.[key], secret);
  if ((one.path[0] !== 'data' && one.path[0] !== 'stringData') || value === undefined || typeof value === 'object') return one;
  const conceal = (text: string): string => text.replaceAll(`"${String(value)}"`, '"…"').replaceAll(show(value), '"…"');
  const { mend: _, ...rest } = one;
  return { ...rest, message: conceal(one.message), ...(one.hint === undefined ? {} : { hint: conceal(one.hint) }) };
}

/** Unknown fields are pruned and told; whatever else is an error rejects the object. */
function isFatal(one: Problem): boolean {
  return one.severity === 'error' && one.code !== 'unknown-field';
}

const ignored: ReadonlyMap<string, ReadonlySet<string>> = new Map([['metadata', ignoredMetaFields]]);
const roots = new WeakMap<Schema, Schema>();

function withoutStatus<T extends object>(value: T): Omit<T, 'status'> {
  const { status: _, ...rest } = value as T & { readonly status?: unknown };
  return rest;
}

/**
 * The schema of a kind with the metadata that all kinds share. Without status, which no user may set, but for kinds of Kubernetes whose status
 * tells where something is.
 */
function rootSchema(type: KindSchema | CoreKind, index: number): Schema {
  const schema = type.schemas[index]!;
  let root = roots.get(schema);
  if (root === undefined) {
    const properties = 'partial' in type ? schema.properties : withoutStatus(schema.properties ?? {});
    root = { ...schema, properties: { ...properties, metadata: { ...objectMetaSchema, default: {} } } };
    roots.set(schema, root);
  }
  return root;
}

function metadataOf(value: object): Partial<ObjectMeta> {
  const { metadata } = value as { metadata?: unknown };
  return typeof metadata === 'object' && metadata !== null ? metadata : {};
}

function refOf(type: KindSchema, { name, namespace }: { readonly name?: unknown; readonly namespace?: unknown }): ObjectRef | undefined {
  if (typeof name !== 'string' || name === '') return undefined;
  const place = typeof namespace === 'string' && namespace !== '' ? namespace : 'default';
  return { group: type.group, kind: type.kind, namespace: type.scope === 'Cluster' ? '' : place, name };
}

/** Metadata with the namespace that the object ends up in. */
function placed(metadata: ObjectMeta, ref: ObjectRef): ObjectMeta {
  const { namespace: _, ...rest } = metadata;
  return ref.namespace === '' ? rest : { ...rest, namespace: ref.namespace };
}

function reject(problems: readonly Problem[], ref?: ObjectRef): Rejected {
  return { outcome: 'rejected', problems, ...(ref === undefined ? {} : { ref }) };
}

/** What the API server does in code for core kinds. */
function finish(type: KindSchema | CoreKind, draft: { readonly ref: ObjectRef; readonly problems: Problem[]; readonly object: object }): Admission {
  const { ref, problems } = draft;
  const core = 'partial' in type ? type : undefined;
  const object = core?.complete?.(draft.object as never) ?? draft.object;
  for (const complaint of core?.check?.(object as never) ?? []) problems.push(complaint);
  if (problems.some(isFatal)) return reject(problems, ref);
  return { outcome: 'admitted', kind: type.kind, ref, object, problems } as unknown as Admitted;
}
