import { hostname } from 'node:os';
import { CONTROLLER_NAME, ENVOY_CONTROLLER_NAME } from '../../controller/index.ts';
import { Election, openClusterSource, type ClusterAccess } from '../../source/index.ts';
import { accessFrom, accessOptions } from '../access-options.ts';
import { ClassLoop } from '../class-loop.ts';
import { planesOf } from '../cluster-classes.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { ControllerAdmin } from '../controller-admin.ts';
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
    'envoy-image': { value: 'IMAGE', help: 'Container image of Envoy, for Gateways of a second class whose data planes are Envoys; there is none if not given.' },
    'envoy-controller-name': { value: 'NAME', help: `Of the GatewayClasses whose data planes are Envoys; ${ENVOY_CONTROLLER_NAME} if not given.` },
    'control-plane': { value: 'HOST:PORT', help: 'Where data planes reach this process.' },
    peer: { value: 'HOST:PORT', repeats: true, help: 'Another controller, to hear of the data planes that follow it; those of the Service that --control-plane names if not given.' },
    listen: { value: 'ADDRESS:PORT', help: 'Where it listens for them; 0.0.0.0:18000 if not given.' },
    replicas: { value: 'N', help: 'Data planes a Gateway; 2 if not given.' },
    'service-type': { value: 'TYPE', choices: ['LoadBalancer', 'NodePort', 'ClusterIP'], help: 'Of the Services of Gateways; LoadBalancer if not given.' },
    'controller-name': { value: 'NAME', help: `Serve the GatewayClasses that name this controller; ${CONTROLLER_NAME} if not given.` },
    admin: { value: 'ADDRESS:PORT', help: 'Where the console, /metrics, /healthz, /readyz and /status are; nowhere if not given.' },
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

type Say = (event: string, more?: object) => void;

async function runController(args: Arguments): Promise<number> {
  const access = await accessFrom(args);
  const drainMs = wholeNumber(args, 'drain-time', 10) * 1000;
  const say: Say = (event, more = {}) => void process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), event, ...more })}\n`);
  const onTrouble = (message: string): void => say('trouble', { message });
  const find = (kind: string, key: string): ReturnType<typeof source.find> => source.find(kind, key);
  const all = (kind: string): ReturnType<typeof source.all> => source.all(kind);
  const { classes, control } = await planesOf(args, { access, find, all, onTrouble });
  const admin = new ControllerAdmin();
  const loops = classes.map(({ settingsIn, controllerName, plane }) => {
    const record = admin.follow({ settings: () => settingsIn(source), dataPlanes: () => loop.plane.dataPlanes?.() ?? [] });
    const loop = new ClassLoop(access, {
      controllerName, instance, leads: args.value('lease') === undefined, settings: () => settingsIn(source), find, plane, onTrouble,
      onApplied: (applied) => record.applied(applied), say: (figures) => say('applied', { ...(classes.length === 1 ? {} : { controllerName }), ...figures }),
      onBug(error) {
        record.failed();
        say('bug', { message: error instanceof Error ? error.stack : String(error) });
      },
    });
    return loop;
  });
  const source = openClusterSource(access, {
    onSnapshot: (snapshot) => { for (const it of loops) void it.controller.update(snapshot); },
    onStatus: (kind, key) => { for (const it of loops) it.look(kind, key); },
    onTrouble,
  }, watchedNamespaces(args));
  const election = electionFor(args, access, { say, onTrouble, lead(leads) {
    admin.leads = leads;
    control?.lead(leads);
    for (const it of loops) it.lead(leads);
  } });
  void election?.run();
  await admin.open(args);
  await untilSignal();
  admin.drain();
  source.close();
  await election?.stop();
  await Promise.all(loops.map((it) => it.close(drainMs)));
  await control?.close();
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
