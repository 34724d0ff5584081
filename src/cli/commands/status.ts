import { assumeServed, compile } from '../../controller/index.ts';
import { openFileSource } from '../../source/index.ts';
import { statusDocuments } from '../../status/index.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Command } from '../command.ts';
import { DEFAULT_POOL } from '../default-pool.ts';
import { formatFinding } from '../format-finding.ts';
import { requireInputs } from '../inputs.ts';
import { nativeSettings } from '../settings.ts';
import { statusText } from '../status-text.ts';
import { statusObjects, statusYaml } from '../status-yaml.ts';

export const status: Command = {
  name: 'status',
  summary: 'Print the status that manifests get, every condition of every object.',
  usage: 'PATH… [options]',
  description: 'Computes the status of GatewayClasses, Gateways, ListenerSets and routes as serve would report it, without serving.\nAddresses are those of an empty pool. Findings about single objects go to standard error.',
  options: {
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'yaml', 'json'], help: 'How statuses are printed.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  examples: [
    ['postern status ./manifests', 'why is my route not attached?'],
    ['postern status ./manifests -o yaml', 'as Kubernetes objects'],
  ],
  async run(args) {
    if (args.positionals.length === 0) throw new UsageError('name a folder, a file, or - for standard input');
    const snapshot = await openFileSource(requireInputs(args.positionals)).read();
    const { findings, graph } = compile(snapshot, nativeSettings({ strict: args.on('strict') }));
    const documents = statusDocuments(graph, { ...assumeServed(graph, DEFAULT_POOL), now: new Date().toISOString().replace(/\.\d+Z$/, 'Z') });
    const palette = paletteFor(process.stderr);
    for (const finding of findings.filter((it) => it.severity === 'error')) process.stderr.write(`${formatFinding(finding, palette)}\n`);
    switch (args.value('output')) {
      case 'yaml': process.stdout.write(await statusYaml(documents)); break;
      case 'json': process.stdout.write(`${JSON.stringify(statusObjects(documents), null, 2)}\n`); break;
      default: process.stdout.write(statusText(documents, paletteFor(process.stdout)));
    }
    return 0;
  },
};
