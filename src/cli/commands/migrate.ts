import { writeFile } from 'node:fs/promises';
import type { Snapshot } from '../../contract/index.ts';
import { ingressesAmong, migrate as translate, type Migration, routeTestsOf } from '../../migrate/index.ts';
import { accessOptions } from '../access-options.ts';
import { paletteFor } from '../colour.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { formatFinding } from '../format-finding.ts';
import { migrateInput } from '../migrate-input.ts';
import { migrateOptions } from '../migrate-options.ts';
import { reportText, writeReport } from '../migrate-report.ts';
import { manifestsText, writeFolder } from '../migrate-yaml.ts';

export const migrate: Command = {
  name: 'migrate',
  summary: 'Turn Ingresses of ingress-nginx into Gateways and routes.',
  usage: '(PATH… | --context NAME) [options]',
  description: 'Writes Gateways, HTTPRoutes and what they need, with a report of every annotation: translated, partly, lost, held back, or needless. What ingress-nginx really does is translated, its surprises included.\nExit code 0: everything is said; 1: something is held back, or the proof found a difference that the report does not tell; 2: wrong usage.',
  options: {
    ...accessOptions,
    output: { short: 'o', value: 'FOLDER', help: 'Write a file for each object there, in place of standard output.' },
    report: { value: 'FILE', help: 'Write the report there, as Markdown (.md), JSON (.json) or text; standard error if not given.' },
    prove: { help: 'Compare what ingress-nginx and the Gateways do with requests made from all their paths, hosts and headers.' },
    tests: { value: 'FILE', help: 'Write RouteTests there for postern test: what ingress-nginx does with the usual requests, where the Gateways do the same.' },
    class: { value: 'NAME', repeats: true, help: 'Only Ingresses of this class; may be repeated. All that are not another controller\'s if not given.' },
    'gateway-class': { value: 'NAME', help: 'The GatewayClass; postern if not given.' },
    'gateway-per': { value: 'WHAT', choices: ['class', 'namespace'], help: 'One Gateway for each ingress class, or for each class and namespace.' },
    'gateway-namespace': { value: 'NAME', help: 'Where Gateways are; the namespace of the Ingresses if they have one, else gateways.' },
    'default-certificate': { value: 'NAMESPACE/SECRET', help: 'What ingress-nginx has as --default-ssl-certificate.' },
    paths: { value: 'READING', choices: ['as-nginx', 'as-written'], help: 'Whether paths mean what nginx makes of them, or what their pathType says.' },
    hsts: { help: 'Send Strict-Transport-Security with answers over TLS, as ingress-nginx does if nobody says otherwise.' },
    accept: { value: 'ANNOTATION', repeats: true, help: 'Write the paths of an Ingress although this annotation is lost, which kept requests out; may be repeated.' },
  },
  examples: [
    ['kubectl get ingress,svc -A -o yaml | postern migrate - --prove > gateway.yaml', 'everything that a cluster has'],
    ['postern migrate --context prod --prove > gateway.yaml', 'the same, read by itself'],
    ['postern migrate ./ingress -o ./gateway --report report.md', 'a folder, with a report for the review'],
    ['postern migrate ./ingress --paths as-written', 'what the manifests say, without nginx\'s surprises'],
  ],
  run: runMigrate,
};

async function runMigrate(args: Arguments): Promise<number> {
  const options = migrateOptions(args);
  const snapshot = await migrateInput(args);
  const migration = translate(snapshot.objects, options);
  if (migration.ingresses.length === 0 && migration.lines.length === 0) return nothingToDo(snapshot, args);
  await writeObjects(migration, args);
  const tests = args.value('tests');
  if (tests !== undefined) await writeFile(tests, manifestsText(routeTestsOf(migration.parts, (await import('../migrate-proof.ts')).gatewayAsker(migration, snapshot))));
  const proof = args.on('prove') ? (await import('../migrate-proof.ts')).prove(migration, snapshot) : undefined;
  const file = args.value('report');
  if (file === undefined) process.stderr.write(reportText({ migration, proof, unread: snapshot.findings }, paletteFor(process.stderr)));
  else await writeReport(file, { migration, proof, unread: snapshot.findings });
  return isWhole(migration, snapshot) && (proof === undefined || proof.untold.length === 0) ? 0 : 1;
}

/** Why there is nothing: files that can't be read, another class, or no Ingress at all. */
function nothingToDo({ objects, findings }: Snapshot, args: Arguments): never {
  for (const it of findings) process.stderr.write(`${formatFinding(it, paletteFor(process.stderr))}\n`);
  const where = args.positionals.length === 0 ? 'the cluster' : args.positionals.join(', ');
  const classes = [...new Set(ingressesAmong(objects).map(({ className }) => (className === '' ? '(none)' : className)))].sort();
  throw new UsageError(`there is no Ingress ${classes.length === 0 ? '' : `of class ${args.values('class').join(', ')} `}in ${where}${classes.length === 0 ? '' : `; there are Ingresses of class ${classes.join(', ')}`}`);
}

function isWhole({ lines }: Migration, { findings }: Snapshot): boolean {
  return lines.every(({ fate }) => fate !== 'held-back') && findings.every(({ severity }) => severity !== 'error');
}

async function writeObjects({ objects }: Migration, args: Arguments): Promise<void> {
  const folder = args.value('output');
  if (folder === undefined) process.stdout.write(manifestsText(objects));
  else await writeFolder(folder, objects);
}
