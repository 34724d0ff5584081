import { describeRef, formatPath, type FieldPath, type ObjectRef, type SourceObject } from '../../contract/index.ts';

/** One edit of the manifests: a field that gets another value (undefined: it is removed), or an object that is added. */
export type Edit =
  | { readonly kind: 'set'; readonly source: SourceObject; readonly path: FieldPath; readonly value: unknown }
  | { readonly kind: 'add'; readonly object: object };

/** What might mend something, in words and as edits. */
export interface Change {
  readonly words: string;
  readonly edits: readonly Edit[];
}

/** The documents after a change. */
export function changed(sources: readonly SourceObject[], { edits }: Change): SourceObject[] {
  let all = [...sources];
  for (const edit of edits) {
    if (edit.kind === 'add') all.push(addedSource(edit.object, all.length));
    else all = all.map((it) => (it === edit.source ? { ...it, value: withValue(it.value, edit.path, edit.value), locate: (...at) => edit.source.locate(...at), excerpt: (at) => edit.source.excerpt(at) } : it));
  }
  return all;
}

function addedSource(value: object, order: number): SourceObject {
  return { value, generation: 1, order, locate: () => undefined, excerpt: () => undefined };
}

/** A copy of a plain value that differs in one place. */
export function withValue(value: unknown, [step, ...rest]: FieldPath, wanted: unknown): unknown {
  if (step === undefined) return wanted;
  if (Array.isArray(value)) return value.map((it: unknown, index) => (index === step ? withValue(it, rest, wanted) : it));
  const { [step]: inner, ...others } = (typeof value === 'object' && value !== null ? value : {}) as Record<string | number, unknown>;
  const made = withValue(inner, rest, wanted);
  return made === undefined ? others : { ...others, [step]: made };
}

/** `Set spec.parentRefs[0].name of HTTPRoute shop/cart to web.` */
export function setField(object: { readonly ref: ObjectRef; readonly source: SourceObject }, path: FieldPath, value: unknown): Change {
  const field = `${formatPath(path)} of ${describeRef(object.ref)}`;
  return { words: value === undefined ? `Remove ${field}.` : `Set ${field} to ${shown(value)}.`, edits: [{ kind: 'set', source: object.source, path, value }] };
}

/** `Add shop.example.org to spec.hostnames of HTTPRoute shop/cart.` */
export function addItem(object: { readonly ref: ObjectRef; readonly source: SourceObject }, path: FieldPath, list: readonly unknown[], item: unknown): Change { // oxlint-disable-line max-params -- what, where.
  return { words: `Add ${shown(item)} to ${formatPath(path)} of ${describeRef(object.ref)}.`, edits: [{ kind: 'set', source: object.source, path, value: [...list, item] }] };
}

/** A value as a line of YAML. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, inner]) => `${key}: ${shown(inner)}`).join(', ')}}`;
  return value === '' ? '""' : String(value);
}
