import { setTimeout as pause } from 'node:timers/promises';
import { judgeCrd, settle, type Manifest } from '../../setup/index.ts';
import { ClusterClient, type ApplyOutcome } from '../../source/index.ts';
import { accessFrom, accessOptions } from '../access-options.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { crdFact, gatewayApiManifests, shipped, shippedManifests } from '../shipped-manifests.ts';

export const install: Command = {
  name: 'install',
  summary: 'Install Postern in a cluster, or print what that would be.',
  usage: '[options]',
  description: 'Applies what deploy/install.yaml has, as the Helm chart renders it, and says what became of each object. CustomResourceDefinitions of a newer\nrelease, of another channel or of unknown origin are left as they are. Objects that Helm made are Helm\'s: upgrade them with Helm.',
  options: {
    ...accessOptions,
    namespace: { short: 'n', value: 'NAME', help: `Where the controller runs; ${shipped.namespace} if not given.` },
    image: { value: 'IMAGE', help: `Container image of controller and data planes; ${shipped.image} if not given.` },
    'gateway-api': { help: 'Install the CustomResourceDefinitions of the Gateway API too, experimental channel, where that is safe.' },
    'dry-run': { help: 'Print the manifests and touch no cluster.' },
    force: { help: 'Take fields over that others manage.' },
  },
  examples: [
    ['postern install --gateway-api --image registry.example.com/postern:0.1.0', 'an empty cluster'],
    ['postern install --dry-run | kubectl diff -f -', 'what would change'],
  ],
  async run(args) {
    const manifests = await wantedManifests(args);
    if (args.on('dry-run')) return printAll(manifests);
    const installer = { client: new ClusterClient(await accessFrom(args)), force: args.on('force'), waitMs: args.on('gateway-api') ? servedMs : 0 };
    return applyAll(manifests, installer).finally(() => installer.client.close());
  },
};

/** A definition that was made a moment ago is served a moment later. */
const servedMs = 10_000;

interface Installer {
  readonly client: ClusterClient;
  /** Take fields over that others manage. */
  readonly force: boolean;
  /** How long a kind may take to appear. */
  readonly waitMs: number;
}

async function wantedManifests(args: Arguments): Promise<Manifest[]> {
  if (args.positionals.length > 0) throw new UsageError(`${args.positionals[0]}: install takes options only`);
  const namespace = args.value('namespace') ?? shipped.namespace;
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) throw new UsageError(`--namespace ${namespace}: small letters, digits and -`);
  const all = [...args.on('gateway-api') ? await gatewayApiManifests() : [], ...await shippedManifests()];
  return settle(all, { namespace: { from: shipped.namespace, to: namespace }, image: { from: shipped.image, to: args.value('image') ?? shipped.image } });
}

async function printAll(manifests: readonly Manifest[]): Promise<number> {
  const { stringify } = await import('yaml');
  process.stdout.write(manifests.map((it) => stringify(it, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n'));
  return 0;
}

/** Each in its turn; what is refused does not keep the others away. Resolves to the exit code. */
async function applyAll(manifests: readonly Manifest[], installer: Installer): Promise<number> {
  let refusals = 0;
  for (const manifest of manifests) {
    const { says, isRefused } = await applyOne(manifest, installer);
    process.stdout.write(`${manifest.kind} ${nameOf(manifest)} ${says}\n`);
    if (isRefused === true) refusals++;
  }
  process.stdout.write(refusals === 0 ? 'postern doctor says how it goes on.\n' : `${refusals} refused.\n`);
  return refusals === 0 ? 0 : 1;
}

interface Step {
  readonly says: string;
  readonly isRefused?: boolean;
}

async function applyOne(manifest: Manifest, installer: Installer): Promise<Step> {
  if (manifest.kind === 'CustomResourceDefinition') return applyDefinition(manifest, installer.client);
  if (manifest.kind === 'GatewayClass' && !await isServed(manifest, installer)) {
    return { says: 'refused: the Gateway API is not installed; give --gateway-api, or install it first', isRefused: true };
  }
  return stepOf(await installer.client.apply(manifest, { manager, force: installer.force }));
}

/** A definition that is there is replaced by a newer one of its channel only; its fields may have been written by any other tool. */
async function applyDefinition(manifest: Manifest, client: ClusterClient): Promise<Step> {
  const path = await client.pathOf(manifest);
  const present = path === undefined ? undefined : await client.get(path);
  const judgement = judgeCrd(crdFact(manifest), present === undefined ? undefined : crdFact(present));
  if (judgement.verdict === 'refuse') return { says: `left as it is: ${judgement.because}`, isRefused: true };
  if (judgement.verdict === 'keep') return { says: 'unchanged' };
  return stepOf(await client.apply(manifest, { manager, force: true }));
}

const manager = 'postern-install';

function stepOf(result: ApplyOutcome): Step {
  return result.outcome === 'denied' ? { says: `refused: ${result.because}`, isRefused: true } : { says: result.outcome };
}

async function isServed(manifest: Manifest, { client, waitMs }: Installer): Promise<boolean> {
  for (const until = performance.now() + waitMs; ;) {
    if (await client.pathOf(manifest) !== undefined) return true;
    if (performance.now() >= until) return false;
    await pause(200);
  }
}

function nameOf({ metadata: { namespace, name } }: Manifest): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
