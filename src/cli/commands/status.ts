import type { Finding } from '../../contract/index.ts';
import { assumeServed, compile } from '../../controller/index.ts';
import { openFileSource } from '../../source/index.ts';
import { type StatusDocument, statusDocuments } from '../../status/index.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { DEFAULT_POOL } from '../default-pool.ts';
import { formatFinding } from '../format-finding.ts';
import { requireInputs } from '../inputs.ts';
import { objectOptions, objectSource } from '../object-source.ts';
import { nativeSettings } from '../settings.ts';
import { statusesOf } from '../stated-object.ts';
import { statusText } from '../status-text.ts';
import { statusObjects, statusYaml } from '../status-yaml.ts';

const { file: _, ...elsewhere } = objectOptions;

export const status: Command = {
  name: 'status',
  summary: 'Print the status of objects, every condition of each.',
  usage: '[PATH… | --admin URL | --context NAME] [options]',
  description: 'Of manifests it computes the status of GatewayClasses, Gateways, ListenerSets and routes as serve would report it, without serving.\nAddresses are those of an empty pool. Findings about single objects go to standard error. Of a running program or a cluster it prints the statuses that are there.',
  options: {
    ...elsewhere,
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'yaml', 'json'], help: 'How statuses are printed.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  examples: [
    ['postern status ./manifests', 'why is my route not attached?'],
    ['postern status ./manifests -o yaml', 'as Kubernetes objects'],
    ['postern status --context prod', 'what controllers wrote in a cluster'],
  ],
  async run(args) {
    const { documents, findings } = args.positionals.length > 0 ? await inFiles(args) : { documents: await written(args), findings: [] };
    switch (args.value('output')) {
      case 'yaml': process.stdout.write(await statusYaml(documents)); break;
      case 'json': process.stdout.write(`${JSON.stringify(statusObjects(documents), null, 2)}\n`); break;
      default: process.stdout.write(statusText(documents, paletteFor(process.stdout), findings));
    }
    return 0;
  },
};

async function inFiles(args: Arguments): Promise<{ readonly documents: readonly StatusDocument[]; readonly findings: readonly Finding[] }> {
  if (Object.keys(elsewhere).some((it) => args.value(it) !== undefined)) throw new UsageError('name one source: files, --admin or --context');
  const snapshot = await openFileSource(requireInputs(args.positionals)).read();
  const { findings, graph } = compile(snapshot, nativeSettings({ strict: args.on('strict') }));
  const palette = paletteFor(process.stderr);
  for (const finding of findings.filter((it) => it.severity === 'error')) process.stderr.write(`${formatFinding(finding, palette)}\n`);
  return { documents: statusDocuments(graph, { ...assumeServed(graph, DEFAULT_POOL), now: new Date().toISOString().replace(/\.\d+Z$/, 'Z') }), findings };
}

async function written(args: Arguments): Promise<readonly StatusDocument[]> {
  return statusesOf(await objectSource(args, []).read());
}
