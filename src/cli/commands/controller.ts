import { hostname } from 'node:os';
import { Controller } from '../../controller/index.ts';
import { createProxy } from '../../proxy/index.ts';
import { AccessError, clusterAccess, Election, openClusterSource, StatusWriter, type ClusterAccess } from '../../source/index.ts';
import { addressBook } from '../address-options.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { proxyOptions, proxySettings } from '../proxy-settings.ts';
import { nativeSettings } from '../settings.ts';
import { untilSignal } from '../signals.ts';
import { wholeNumber } from '../whole-number.ts';

export const controller: Command = {
  name: 'controller',
  summary: 'Serve the Gateways of a cluster from this machine, and write their statuses.',
  usage: '[options]',
  description: 'Follows the Gateway API resources of a Kubernetes cluster, serves every Gateway of class postern on an address of this machine,\nand writes statuses. Pods must be reachable from here: a node, or a machine with a route to the pod network.',
  options: {
    kubeconfig: { value: 'FILE', help: '$KUBECONFIG, the pod\'s own account or ~/.kube/config if not given.' },
    context: { value: 'NAME', help: 'Context of the kubeconfig; its current one if not given.' },
    pool: { value: 'CIDR', help: 'Addresses of this machine for Gateways, one each.' },
    lease: { value: 'NAMESPACE/NAME', help: 'Of several controllers the one that holds this Lease writes statuses; alone if not given.' },
    'port-offset': { value: 'N', help: 'Add N to every port instead of finding free ones.' },
    ...proxyOptions,
    'drain-time': { value: 'SECONDS', help: 'Time for open requests at the end; 10 if not given.' },
  },
  examples: [['postern controller --pool 172.18.0.200/29', 'a node with addresses of its own']],
  run: (args) => runController(args),
};

async function runController(args: Arguments): Promise<number> {
  const access = await accessFrom(args);
  const drainMs = wholeNumber(args, 'drain-time', 10) * 1000;
  const proxy = createProxy(proxySettings(args));
  const settings = nativeSettings({ strict: true });
  const say = (event: string, more: object = {}): void => void process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...more })}\n`);
  const writer = new StatusWriter(access, {
    controllerName: settings.controllerName,
    find: (kind, key) => source.find(kind, key),
    onTrouble: (message) => say('trouble', { message }),
  });
  const loop = new Controller({
    settings, addresses: await addressBook(args),
    apply: (ir) => proxy.apply(ir),
    onApplied({ revision, statuses, graph }) {
      writer.want(statuses);
      say('applied', { revision, gateways: graph.gateways.size, routes: graph.routes.length });
    },
    onBug: (error) => say('bug', { message: error instanceof Error ? error.stack : String(error) }),
  });
  const source = openClusterSource(access, {
    onSnapshot: (snapshot) => void loop.update(snapshot),
    onStatus: (kind, key) => writer.look(kind, key),
    onTrouble: (message) => say('trouble', { message }),
  });
  const election = electionFor(args, { access, writer, say });
  void election?.run();
  await untilSignal();
  source.close();
  await election?.stop();
  writer.close();
  await proxy.close(drainMs);
  return 0;
}

interface Candidate {
  readonly access: ClusterAccess;
  readonly writer: StatusWriter;
  readonly say: (event: string, more?: object) => void;
}

/** Until the lease is held, nothing is written. */
function electionFor(args: Arguments, { access, writer, say }: Candidate): Election | undefined {
  const lease = args.value('lease');
  if (lease === undefined) return undefined;
  const [namespace = '', name = ''] = lease.split('/');
  if (namespace === '' || name === '') throw new UsageError(`--lease ${lease}: give NAMESPACE/NAME`);
  writer.isPaused = true;
  return new Election(access, {
    namespace, name, identity: `${hostname()}-${process.pid}`,
    onLead() {
      say('leading', { lease });
      writer.resume();
    },
    onLoss() {
      writer.isPaused = true;
      say('following', { lease });
    },
    onTrouble: (message) => say('trouble', { message }),
  });
}

async function accessFrom(args: Arguments): Promise<ClusterAccess> {
  const [file, context] = [args.value('kubeconfig'), args.value('context')];
  try {
    return await clusterAccess({ ...(file === undefined ? {} : { file }), ...(context === undefined ? {} : { context }) });
  } catch (error) {
    if (error instanceof AccessError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
