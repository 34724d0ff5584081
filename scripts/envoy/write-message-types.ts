import type { DescMessage } from '@bufbuild/protobuf';
import { type Field, fieldsOf } from './field-kind.ts';

const head = `// Made by scripts/generate-envoy.ts from vendor/envoy; do not edit.
import type { Redacted } from '../../base/index.ts';

/** Text; a secret one is revealed by the encoder alone. */
export type Text = string | Redacted<string>;

/** As JSON has it: \`0.250s\`. */
export type Duration = \`\${number}s\`;

export type Struct = { readonly [key: string]: unknown };

/** A message of any type, with its name. */
export type Any = { [Type in keyof Messages]: { readonly '@type': \`type.googleapis.com/\${Type}\` } & Messages[Type] }[keyof Messages];
`;

/** One interface for each message: its JSON form, with the names of the fields as in the sources. Of the fields of a \`oneof\` one is set. */
export function writeMessageTypes(messages: readonly DescMessage[], names: ReadonlyMap<string, string>): string {
  const parts = messages.map((message) => {
    const lines = fieldsOf(message, names).map((field) => `  readonly ${field.name}?: ${typeOf(field)};`);
    const name = names.get(message.typeName)!;
    return lines.length === 0 ? `/** ${message.typeName} */\nexport type ${name} = { readonly [field: string]: never };` : `/** ${message.typeName} */\nexport interface ${name} {\n${lines.join('\n')}\n}`;
  });
  const table = messages.map((message) => `  readonly '${message.typeName}': ${names.get(message.typeName)};`);
  return `${head}\n${parts.join('\n\n')}\n\n/** By the full name of the message. */\nexport interface Messages {\n${table.join('\n')}\n}\n`;
}

function typeOf(field: Field): string {
  const one = typeOfOne(field);
  if (field.shape === 'many') return `readonly ${one.includes('|') ? `(${one})` : one}[]`;
  return field.shape === 'map' ? `{ readonly [key: string]: ${one} }` : one;
}

function typeOfOne({ kind }: Field): string {
  switch (kind.is) {
    case 'enum': return kind.values.map(([name]) => `'${name}'`).join(' | ');
    case 'message': return kind.name;
    case 'google': return { any: 'Any', duration: 'Duration', struct: 'Struct', empty: '{ readonly [field: string]: never }' }[kind.name];
    case 'scalar': return { string: 'Text', bytes: 'Text', bool: 'boolean', integer: 'number', double: 'number', float: 'number' }[kind.name];
  }
}
