import { UsageError, type Command } from '../command.ts';
import { editorSchema } from '../editor-schema.ts';
import { fileKindManifests, gatewayApiManifests, shippedManifests } from '../shipped-manifests.ts';

/** The schema of all kinds, made from the definitions that the package comes with. */
export async function shippedSchema(): Promise<string> {
  const definitions = [...await gatewayApiManifests(), ...await shippedManifests(), ...await fileKindManifests()];
  return `${JSON.stringify(editorSchema(definitions, 'Gateway API v1.7.0 (experimental channel) and Postern'))}\n`;
}

export const schema: Command = {
  name: 'schema',
  summary: 'Print a JSON Schema of all kinds, for editors.',
  usage: '',
  description: 'Prints a JSON Schema for the YAML language server (VS Code, Neovim, IntelliJ): completion, documentation and checks while you type, for every kind and version of the Gateway API and for GatewayParameters and RouteTest. Documents of other kinds pass.',
  options: {},
  examples: [
    ['postern schema > gateway-api.schema.json', 'then begin a file with: # yaml-language-server: $schema=gateway-api.schema.json'],
  ],
  async run({ positionals }) {
    if (positionals.length > 0) throw new UsageError('schema takes no names; it is one for all kinds');
    process.stdout.write(await shippedSchema());
    return 0;
  },
};
