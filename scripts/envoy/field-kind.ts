import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';

/** How a field's value is written: a scalar, one of Google's own types, an enum or a message; undefined for a message that is not listed. */
export type FieldKind =
  | { readonly is: 'scalar'; readonly name: Scalar; readonly isWrapped: boolean }
  | { readonly is: 'google'; readonly name: 'any' | 'duration' | 'struct' | 'empty' }
  | { readonly is: 'enum'; readonly name: string; readonly values: readonly (readonly [name: string, number: number])[] }
  | { readonly is: 'message'; readonly name: string };

export type Scalar = 'string' | 'bool' | 'integer' | 'double' | 'float' | 'bytes';

export interface Field {
  readonly name: string;
  readonly number: number;
  readonly shape: 'one' | 'many' | 'map';
  readonly kind: FieldKind;
}

const scalars: Partial<Record<ScalarType, Scalar>> = {
  [ScalarType.STRING]: 'string', [ScalarType.BOOL]: 'bool', [ScalarType.UINT32]: 'integer', [ScalarType.UINT64]: 'integer',
  [ScalarType.INT32]: 'integer', [ScalarType.INT64]: 'integer', [ScalarType.DOUBLE]: 'double', [ScalarType.FLOAT]: 'float', [ScalarType.BYTES]: 'bytes',
};

function ofMessage(message: DescMessage, names: ReadonlyMap<string, string>): FieldKind | undefined {
  const { typeName } = message;
  if (typeName === 'google.protobuf.Any') return { is: 'google', name: 'any' };
  if (typeName === 'google.protobuf.Duration') return { is: 'google', name: 'duration' };
  if (typeName === 'google.protobuf.Struct') return { is: 'google', name: 'struct' };
  if (typeName === 'google.protobuf.Empty') return { is: 'google', name: 'empty' };
  if (/^google\.protobuf\.\w+Value$/.test(typeName)) return ofScalar(message.fields[0]!.scalar!, true);
  const name = names.get(typeName);
  return name === undefined ? undefined : { is: 'message', name };
}

function ofScalar(scalar: ScalarType, isWrapped: boolean): FieldKind | undefined {
  const name = scalars[scalar];
  return name === undefined ? undefined : { is: 'scalar', name, isWrapped };
}

/** Fields that can be written, in the order of their numbers; those of messages that are not listed, and deprecated ones, are not among them. */
export function fieldsOf(message: DescMessage, names: ReadonlyMap<string, string>): Field[] {
  return message.fields.filter((field) => !field.deprecated).sort((a, b) => a.number - b.number).flatMap((field) => {
    const kind = kindOf(field, names);
    const shape = field.fieldKind === 'list' ? 'many' : field.fieldKind === 'map' ? 'map' : 'one';
    return kind === undefined ? [] : [{ name: field.name, number: field.number, shape, kind }];
  });
}

function kindOf(field: DescField, names: ReadonlyMap<string, string>): FieldKind | undefined {
  if (field.message !== undefined) return ofMessage(field.message, names);
  if (field.enum !== undefined) return { is: 'enum', name: field.enum.typeName, values: field.enum.values.map((it) => [it.name, it.number]) };
  return ofScalar(field.scalar!, false);
}
