import { assumeServed, compile } from '../../controller/index.ts';
import type { Ir } from '../../ir/index.ts';
import { lower } from '../../lower/index.ts';
import { openFileSource } from '../../source/index.ts';
import { envoyTranslation } from '../../xds/index.ts';
import { paletteFor } from '../colour.ts';
import type { Arguments, Command } from '../command.ts';
import { DEFAULT_POOL } from '../default-pool.ts';
import { formatFinding } from '../format-finding.ts';
import { requireInputs } from '../inputs.ts';
import { nativeSettings } from '../settings.ts';
import { xdsYaml } from '../xds-yaml.ts';

export const translate: Command = {
  name: 'translate',
  summary: 'Print what a data plane would be told of manifests.',
  usage: 'PATH… [options]',
  description: 'Translates manifests without serving them: into the resources of Envoy, or into the data plane\'s own form (IR). Each part names the objects that it is made of; keys of certificates are not printed.\nAddresses are those of an empty pool. Findings about single objects go to standard error.\nExit code: 0, also with findings; 2: wrong usage.',
  options: {
    file: { short: 'f', value: 'PATH', repeats: true, help: 'A folder, a file, or - for standard input; the same as PATH.' },
    output: { short: 'o', value: 'FORM', choices: ['xds', 'ir'], help: 'Envoy\'s resources (the default), or the IR.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  examples: [
    ['postern translate ./manifests', 'what Envoy would get'],
    ['postern translate -f ./manifests -o ir', 'what the native proxy gets'],
  ],
  async run(args) {
    const form = args.value('output') ?? 'xds';
    const ir = await irOf(args, form);
    process.stdout.write(form === 'ir' ? await irYaml(ir) : await xdsYaml(ir));
    return 0;
  },
};

async function irOf(args: Arguments, form: string): Promise<Ir> {
  const snapshot = await openFileSource(requireInputs([...args.positionals, ...args.values('file')])).read();
  const settings = nativeSettings({ strict: args.on('strict') });
  const { findings, graph } = compile(snapshot, form === 'ir' ? settings : { ...settings, capabilities: (await envoyTranslation()).envoyCapabilities });
  const palette = paletteFor(process.stderr);
  for (const finding of findings.filter((it) => it.severity === 'error')) process.stderr.write(`${formatFinding(finding, palette)}\n`);
  return lower(graph, assumeServed(graph, DEFAULT_POOL).placement);
}

async function irYaml(ir: Ir): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(JSON.parse(JSON.stringify(ir)), { lineWidth: 0, aliasDuplicateObjects: false });
}
