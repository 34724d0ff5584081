import type { Crd } from './crd.ts';

/** Keywords that admission implements; another one in a new release must be implemented before it may be generated. */
const known = new Set([
  'type', 'properties', 'additionalProperties', 'items', 'required', 'default', 'enum', 'pattern', 'format', 'minimum', 'maximum',
  'minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties', 'oneOf', 'anyOf', 'not', 'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys', 'x-kubernetes-map-type', 'x-kubernetes-validations', 'x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields',
]);
const namedChildren = new Set(['properties']);
const listedChildren = new Set(['oneOf', 'anyOf']);
const singleChildren = new Set(['items', 'not', 'additionalProperties']);

function compact(node: object, where: string): object {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'description') continue;
    if (!known.has(key)) throw new Error(`${where}: admission does not implement the schema keyword ${key}`);
    if (namedChildren.has(key)) result[key] = Object.fromEntries(Object.entries(value).map(([name, child]) => [name, compact(child as object, `${where}.${name}`)]));
    else if (listedChildren.has(key)) result[key] = (value as object[]).map((child) => compact(child, `${where}(${key})`));
    else if (singleChildren.has(key)) result[key] = compact(value, `${where}[${key}]`);
    else result[key] = key === 'x-kubernetes-validations' ? checkedRules(value, where) : value;
  }
  return result;
}

function checkedRules(rules: object[], where: string): object[] {
  for (const rule of rules) {
    const other = Object.keys(rule).find((key) => key !== 'rule' && key !== 'message');
    if (other !== undefined) throw new Error(`${where}: admission does not implement ${other} of a validation rule`);
  }
  return rules;
}

/** The JSON text of all `KindSchema` (src/api/schema.ts), outer levels a line each: one file, because each costs a start a millisecond. */
export function writeSchemas(crds: readonly Crd[]): string {
  return `${JSON.stringify(crds.map(kindSchema), undefined, 1).replace(/\n */g, (gap) => (gap.length > 10 ? '' : gap))}\n`;
}

function kindSchema(crd: Crd): object {
  const schemas: string[] = [];
  const versions = crd.spec.versions.map((version) => {
    const text = JSON.stringify(compact(version.schema.openAPIV3Schema, `${crd.spec.names.kind} ${version.name}`));
    let schema = schemas.indexOf(text);
    if (schema < 0) schema = schemas.push(text) - 1;
    const deprecation = version.deprecated === true ? { deprecation: version.deprecationWarning ?? `${version.name} is deprecated.` } : {};
    return { name: version.name, served: version.served, ...deprecation, schema };
  });
  return { group: crd.spec.group, kind: crd.spec.names.kind, scope: crd.spec.scope, versions, schemas: schemas.map((text) => JSON.parse(text) as object) };
}
