/** JSON Schema, draft 7, as the YAML language server reads it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

interface Definition {
  readonly kind: string;
  readonly spec?: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly served: boolean; readonly deprecated?: boolean; readonly deprecationWarning?: string; readonly schema: { readonly openAPIV3Schema: Structural } }[];
  };
}

/** A node of a structural schema (CustomResourceDefinition). */
interface Structural {
  readonly properties?: Readonly<Record<string, Structural>>;
  readonly items?: Structural;
  readonly additionalProperties?: Structural | boolean;
  readonly [keyword: string]: unknown;
}

/** What JSON Schema has in the same words and an editor makes use of. */
const kept = ['type', 'description', 'default', 'enum', 'pattern', 'required', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'anyOf', 'not'] as const;

/** One schema for documents of every kind: which part of it counts is decided by `apiVersion` and `kind`; documents of other groups pass. */
export function editorSchema(definitions: readonly unknown[], title: string): JsonSchema {
  const versions = (definitions as readonly Definition[]).filter(({ kind }) => kind === 'CustomResourceDefinition').flatMap(({ spec }) => (spec?.versions ?? []).filter(({ served }) => served).map((it) => ({ group: spec!.group, kind: spec!.names.kind, ...it })));
  const groups = Map.groupBy(versions, ({ group }) => group);
  const parts: Record<string, JsonSchema> = {};
  const known = new Map<string, string>();
  const choices = versions.map(({ group, kind, name, schema, deprecated, deprecationWarning }) => {
    const part = objectSchema(schema.openAPIV3Schema);
    const text = JSON.stringify(part);
    // Versions of a kind mostly have the same schema.
    const key = known.get(text) ?? `${group}.${kind}.${name}`;
    if (!known.has(text)) parts[key] = part;
    known.set(text, key);
    const warned = deprecated === true ? { properties: { apiVersion: { deprecationMessage: deprecationWarning ?? 'This version is deprecated.' } } } : {};
    return where({ apiVersion: { const: `${group}/${name}` }, kind: { const: kind } }, { $ref: `#/definitions/${key}`, ...warned });
  });
  const ofGroups = [...groups].flatMap(([group, own]) => {
    const isOfGroup = { apiVersion: { pattern: `^${group.replaceAll('.', '\\.')}/` } };
    const ofKinds = [...Map.groupBy(own, ({ kind }) => kind)].map(([kind, all]) => where({ ...isOfGroup, kind: { const: kind } }, { properties: { apiVersion: { enum: all.map(({ name }) => `${group}/${name}`) } } }));
    return [where(isOfGroup, { properties: { kind: { enum: [...new Set(own.map(({ kind }) => kind))].sort() } } }), ...ofKinds];
  });
  return {
    $schema: 'http://json-schema.org/draft-07/schema#', title, type: 'object', required: ['apiVersion', 'kind'],
    properties: {
      apiVersion: { type: 'string', description: 'Group and version of the kind.', examples: [...new Set(versions.map(({ group, name }) => `${group}/${name}`))] },
      kind: { type: 'string', examples: [...new Set(versions.map(({ kind }) => kind))].sort() },
    },
    allOf: [...ofGroups, ...choices], definitions: parts,
  };
}

/** What counts of documents whose fields are such. */
function where(fields: Readonly<Record<string, JsonSchema>>, consequence: JsonSchema): JsonSchema {
  return { if: { properties: fields, required: Object.keys(fields) }, then: consequence }; // oxlint-disable-line unicorn/no-thenable -- a keyword of JSON Schema.
}

const metadata: JsonSchema = {
  type: 'object', description: 'Name, namespace, labels and annotations of the object.',
  properties: {
    name: { type: 'string', maxLength: 253 }, namespace: { type: 'string', maxLength: 63 }, generateName: { type: 'string' },
    labels: { type: 'object', additionalProperties: { type: 'string' } }, annotations: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

/** The schema of a whole object: what people write, and a status of whatever form. */
function objectSchema({ properties = {}, ...rest }: Structural): JsonSchema {
  const { status: _, ...written } = properties;
  const { properties: own = {}, ...schema } = jsonSchema({ ...rest, type: 'object', properties: written }) as { readonly properties?: object };
  return { ...schema, properties: { ...own, metadata, status: {} }, required: [...new Set(['apiVersion', 'kind', 'metadata', ...(rest['required'] as readonly string[] | undefined) ?? []])] };
}

/** The same in JSON Schema; fields that are not there are refused, as an API server with strict validation does. */
function jsonSchema(node: Structural): JsonSchema {
  if (node['x-kubernetes-int-or-string'] === true) return { ...(node['description'] === undefined ? {} : { description: node['description'] }), type: ['integer', 'string'] };
  const { properties, items, additionalProperties } = node;
  const isOpen = node['x-kubernetes-preserve-unknown-fields'] === true || properties === undefined;
  return {
    ...Object.fromEntries(kept.flatMap((keyword) => (node[keyword] === undefined ? [] : [[keyword, node[keyword]]]))),
    // The definitions use it for addresses of one format or the other, and an editor that knows no formats takes both for true.
    ...(node['oneOf'] === undefined ? {} : { anyOf: node['oneOf'] }),
    ...(node['format'] === 'date-time' ? { format: 'date-time' } : {}),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([name, it]) => [name, jsonSchema(it)])) }),
    ...(items === undefined ? {} : { items: jsonSchema(items) }),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: jsonSchema(additionalProperties) } : isOpen ? {} : { additionalProperties: false }),
  };
}
