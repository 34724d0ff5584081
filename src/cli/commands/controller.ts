import { hostname } from 'node:os';
import { Controller, CONTROLLER_NAME, objectEvents } from '../../controller/index.ts';
import { Election, EventWriter, openClusterSource, StatusWriter, type ClusterAccess } from '../../source/index.ts';
import { accessFrom, accessOptions } from '../access-options.ts';
import { ownPlane } from '../cluster-plane.ts';
import { clusterSettings } from '../cluster-settings.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { ControllerAdmin } from '../controller-admin.ts';
import { ProxyFleet } from '../proxy-fleet.ts';
import { Paced } from '../paced.ts';
import { proxyOptions } from '../proxy-settings.ts';
import { untilSignal } from '../signals.ts';
import { watchedNamespaces } from '../watched-namespaces.ts';
import { wholeNumber } from '../whole-number.ts';

export const controller: Command = {
  name: 'controller',
  summary: 'Serve the Gateways of a cluster, and write their statuses.',
  usage: '(--proxy-image IMAGE --control-plane HOST:PORT | --pool CIDR) [options]',
  description: 'Follows the Gateway API resources of a Kubernetes cluster and writes statuses. Each Gateway of a class of ours gets a Deployment of data planes\nand a Service; with --pool this process carries the traffic itself, on addresses of this machine.',
  options: {
    ...accessOptions,
    namespaces: { value: 'NAMES', help: 'Follow the objects of these namespaces only, separated by commas; of all if not given.' },
    lease: { value: 'NAMESPACE/NAME', help: 'Of several controllers the one that holds this Lease writes; alone if not given.' },
    certificate: { value: 'NAMESPACE/NAME', help: 'Secret with the certificate of the control plane, made by the leader; that of the lease with -control-plane if not given.' },
    'proxy-image': { value: 'IMAGE', help: 'Container image of the data planes.' },
    'control-plane': { value: 'HOST:PORT', help: 'Where data planes reach this process.' },
    peer: { value: 'HOST:PORT', repeats: true, help: 'Another controller, to hear of the data planes that follow it; those of the Service that --control-plane names if not given.' },
    listen: { value: 'ADDRESS:PORT', help: 'Where it listens for them; 0.0.0.0:18000 if not given.' },
    replicas: { value: 'N', help: 'Data planes a Gateway; 2 if not given.' },
    'service-type': { value: 'TYPE', choices: ['LoadBalancer', 'NodePort', 'ClusterIP'], help: 'Of the Services of Gateways; LoadBalancer if not given.' },
    'controller-name': { value: 'NAME', help: `Serve the GatewayClasses that name this controller; ${CONTROLLER_NAME} if not given.` },
    admin: { value: 'ADDRESS:PORT', help: 'Where /metrics, /healthz, /readyz and /status are; nowhere if not given.' },
    pool: { value: 'CIDR', help: 'Addresses of this machine for Gateways, one each.' },
    'port-offset': { value: 'N', help: 'With --pool: add N to every port instead of finding free ones.' },
    ...proxyOptions,
    'drain-time': { value: 'SECONDS', help: 'Time for open requests at the end; 10 if not given.' },
  },
  examples: [
    ['postern controller --proxy-image postern:0.1.0 --control-plane postern.postern-system.svc:18000', 'data planes in pods'],
    ['postern controller --pool 172.18.0.200/29', 'a node with addresses of its own'],
  ],
  run: (args) => runController(args),
};

/** This process, among its replicas. */
const instance = `${hostname()}-${process.pid}`;

/** Of configurations that are in force. */
const saidEveryMs = 1000;

type Say = (event: string, more?: object) => void;

async function runController(args: Arguments): Promise<number> {
  const access = await accessFrom(args);
  const drainMs = wholeNumber(args, 'drain-time', 10) * 1000;
  const isOwn = args.value('pool') !== undefined;
  const controllerName = args.value('controller-name') ?? CONTROLLER_NAME;
  const settingsIn = clusterSettings({ plane: isOwn ? 'own' : 'fleet', serviceType: args.value('service-type') ?? 'LoadBalancer', controllerName });
  const admin = new ControllerAdmin();
  const say: Say = (event, more = {}) => void process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...more })}\n`);
  const applications = new Paced<Record<string, number>>((it) => say('applied', it), saidEveryMs);
  const onTrouble = (message: string): void => say('trouble', { message });
  const find = (kind: string, key: string): ReturnType<typeof source.find> => source.find(kind, key);
  const writer = new StatusWriter(access, { controllerName, find, onTrouble });
  const events = new EventWriter(access, { reportingController: controllerName, reportingInstance: instance, leads: args.value('lease') === undefined, onTrouble });
  const plane = await (isOwn ? ownPlane(args) : ProxyFleet.open(args, { access, find, all: (kind) => source.all(kind), onNews: () => void loop.again(), onTrouble }));
  admin.settings = () => settingsIn(source);
  admin.follow = () => plane.dataPlanes?.() ?? [];
  const loop = new Controller({
    get settings() { return settingsIn(source); },
    addresses: plane.addresses, apply: plane.apply,
    onApplied(applied) {
      const { revision, statuses, statusChange, changes, graph } = applied;
      writer.want(statuses, changes === undefined ? undefined : { statuses: statusChange, objects: changes });
      events.want(objectEvents(applied.findings, find));
      admin.applied(applied);
      applications.push({ revision, gateways: graph.gateways.size, routes: graph.routes.length });
    },
    onBug(error) {
      admin.failed();
      say('bug', { message: error instanceof Error ? error.stack : String(error) });
    },
  });
  const source = openClusterSource(access, {
    onSnapshot: (snapshot) => void loop.update(snapshot),
    onStatus: (kind, key) => writer.look(kind, key),
    onTrouble,
  }, watchedNamespaces(args));
  const election = electionFor(args, access, { say, onTrouble, lead(leads) {
    admin.leads = leads;
    plane.lead(leads);
    events.lead(leads);
    // Statuses are made anew first: whoever led until now knew more of the data planes.
    if (leads) void loop.again().then(() => writer.lead(admin.leads));
    else writer.lead(false);
  } });
  void election?.run();
  await admin.open(args);
  await untilSignal();
  admin.drain();
  source.close();
  await election?.stop();
  writer.close();
  events.close();
  await plane.close(drainMs);
  await admin.close();
  return 0;
}

interface Candidate {
  readonly say: Say;
  lead(leads: boolean): void;
  onTrouble(message: string): void;
}

/** Until the lease is held, nothing is written. */
function electionFor(args: Arguments, access: ClusterAccess, { say, lead, onTrouble }: Candidate): Election | undefined {
  const lease = args.value('lease');
  if (lease === undefined) return undefined;
  const [namespace = '', name = ''] = lease.split('/');
  if (namespace === '' || name === '') throw new UsageError(`--lease ${lease}: give NAMESPACE/NAME`);
  lead(false);
  return new Election(access, {
    namespace, name, identity: instance,
    onLead() {
      say('leading', { lease });
      lead(true);
    },
    onLoss() {
      lead(false);
      say('following', { lease });
    },
    onTrouble,
  });
}
