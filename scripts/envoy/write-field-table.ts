import type { DescMessage } from '@bufbuild/protobuf';
import { type Field, fieldsOf } from './field-kind.ts';

const head = `// Made by scripts/generate-envoy.ts from vendor/envoy; do not edit.

/** Number of the field, what its values are (a message by its name, an enum as \`enum:NAME\`), and how many there may be. */
export type FieldEntry = readonly [number: number, kind: string, shape?: 'many' | 'map'];
`;

/** The numbers that the encoder needs, by name of the type. */
export function writeFieldTable(messages: readonly DescMessage[], names: ReadonlyMap<string, string>): string {
  const enums = new Map<string, string>();
  const rows = messages.map((message) => {
    const entries = fieldsOf(message, names).map((field) => {
      if (field.kind.is === 'enum') enums.set(field.kind.name, `{ ${field.kind.values.map(([name, number]) => `${name}: ${number}`).join(', ')} }`);
      return `    ${field.name}: [${field.number}, '${kindName(field)}'${field.shape === 'one' ? '' : `, '${field.shape}'`}],`;
    });
    return `  ${names.get(message.typeName)}: {${entries.length === 0 ? '' : `\n${entries.join('\n')}\n  `}},`;
  });
  const types = messages.map((message) => `  '${message.typeName}': '${names.get(message.typeName)}',`);
  return `${head}
export const fieldTable: { readonly [message: string]: { readonly [field: string]: FieldEntry } } = {\n${rows.join('\n')}\n};

export const enumTable: { readonly [name: string]: { readonly [value: string]: number } } = {\n${[...enums].sort().map(([name, values]) => `  '${name}': ${values},`).join('\n')}\n};

/** Names of the types by the full name of the message. */
export const messageNames: { readonly [fullName: string]: string } = {\n${types.join('\n')}\n};\n`;
}

function kindName({ kind }: Field): string {
  switch (kind.is) {
    case 'enum': return `enum:${kind.name}`;
    case 'scalar': return kind.isWrapped ? `wrapped ${kind.name}` : kind.name;
    default: return kind.name;
  }
}
