/** The suite's requests on real sockets through the native proxy, to echo backends that answer as the suite's own do. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { AddressBook, Controller, checkAuthorities, checkKeyPair } from '../../src/controller/index.ts';
import type { Applied } from '../../src/controller/index.ts';
import { createProxy, nativeCapabilities } from '../../src/proxy/index.ts';
import { Cluster } from './harness/cluster.ts';
import type { Expectation, GrpcCase, StreamCase, TrafficCase } from './harness/expectation.ts';
import { expectations, qualified, skipped } from './harness/expectation.ts';
import { grpcFailures } from './harness/grpc-traffic.ts';
import type { RunningPods } from './harness/pods.ts';
import { filledSlice, podsOf, slicesOf, startPods } from './harness/pods.ts';
import { failures } from './harness/status-check.ts';
import { streamFailures } from './harness/stream-traffic.ts';
import { baseObjects, controllerName, suiteTest, testObjects } from './harness/suite-objects.ts';
import type { Door } from './harness/traffic.ts';
import { trafficFailures } from './harness/traffic.ts';
import { world } from './harness/world.ts';

/** A loopback network of this run's own, so that runs beside each other do not meet. */
const network = `127.${randomInt(128, 250)}`;
const proxy = createProxy();
let applied: Applied | undefined;
let bug: unknown;
const controller = new Controller({
  settings: { controllerName, capabilities: nativeCapabilities, adoptForeignClasses: false, checkAuthorities, checkKeyPair },
  addresses: new AddressBook({ pool: `${network}.3.0/24` }),
  apply: (ir) => proxy.apply(ir),
  onApplied: (now) => { applied = now; },
  onBug: (error) => { bug = error; },
});
let basePods: Awaited<ReturnType<typeof startPods>>;

before(async () => {
  basePods = await startPods(podsOf(baseObjects(), `${network}.1`));
});

after(async () => {
  await proxy.close(0);
  basePods.stop();
});

async function bring(cluster: Cluster): Promise<Applied> {
  await controller.update(cluster.snapshot());
  if (bug !== undefined) throw bug;
  if (applied === undefined) throw new Error('nothing was applied');
  return applied;
}

interface GatewayListener {
  readonly name: string;
  readonly port: number;
  readonly tls?: { readonly certificateRefs?: readonly { readonly namespace?: string; readonly name: string }[] };
}

/** The certificate that a client must be shown, PEM: that of the case, or that in the Secret that the listener names first. */
function certificateOf({ shown, to: gateway }: TrafficCase | StreamCase, listener: GatewayListener | undefined, cluster: Cluster): string | undefined {
  const ref = shown === undefined ? listener?.tls?.certificateRefs?.[0] : { name: shown };
  if (ref === undefined) return undefined;
  const { data } = cluster.get(`Secret ${ref.namespace ?? qualified(gateway).split('/')[0]}/${ref.name}`) as unknown as { data: { 'tls.crt': string } };
  return Buffer.from(data['tls.crt'], 'base64').toString();
}

const clientSecrets = { clientCertNN: 'tls-validity-checks-client-certificate', clientCertPerPortNN: 'tls-validity-checks-per-port-client-certificate' };

/** What the client of a case shows. */
function clientOf(one: TrafficCase | StreamCase, cluster: Cluster): Pick<Door, 'client'> {
  const clientCertificate = 'clientCertificate' in one ? one.clientCertificate : undefined;
  if (clientCertificate === undefined) return {};
  const { data } = cluster.get(`Secret gateway-conformance-infra/${clientSecrets[clientCertificate]}`) as unknown as { data: { 'tls.crt': string; 'tls.key': string } };
  const decode = (text: string): string => Buffer.from(text, 'base64').toString();
  return { client: { cert: decode(data['tls.crt']), key: decode(data['tls.key']) } };
}

/** What a backend must be shown, PEM. */
function backendClientOf(one: TrafficCase | StreamCase, cluster: Cluster): Pick<Door, 'backendClient'> {
  const name = 'request' in one ? one.expect.seen?.clientCertificate : undefined;
  if (name === undefined) return {};
  const { data } = cluster.get(`Secret ${qualified(name)}`) as unknown as { data: { 'tls.crt': string } };
  return { backendClient: Buffer.from(data['tls.crt'], 'base64').toString() };
}

/** Where the Gateway of a case listens, by its status and its spec. */
function doorOf(one: TrafficCase | StreamCase | GrpcCase, cluster: Cluster, now: Applied): Door {
  const { listeners } = cluster.get(`Gateway ${one.to}`)['spec'] as { listeners: GatewayListener[] };
  const listener = listeners.find((it) => (one.section === undefined ? it.port === one.port : it.name === one.section)) ?? listeners[0];
  const knownPort = one.port ?? listener?.port ?? 0;
  const place = now.placement.get(qualified(one.to));
  const address = place?.addresses[0]?.value;
  if (place === undefined || address === undefined) throw new Error(`Gateway ${one.to} has no address`);
  if ('method' in one) return { address, port: place.ports.get(knownPort) ?? knownPort, knownAddress: address, knownPort };
  const certificate = one.serverName === undefined ? undefined : certificateOf(one, listener, cluster);
  return { address, port: place.ports.get(knownPort) ?? knownPort, knownAddress: address, knownPort, ...(certificate === undefined ? {} : { certificate }), ...clientOf(one, cluster), ...backendClientOf(one, cluster) };
}

async function replay(expectation: Expectation): Promise<string[]> {
  const own = testObjects(suiteTest(expectation.test));
  const ownPods = await startPods(podsOf(own, `${network}.2`, baseObjects()), basePods);
  try {
    return await steps(expectation, [...baseObjects(), ...own], { ...ownPods, pods: [...basePods.pods, ...ownPods.pods] });
  } finally {
    ownPods.stop();
  }
}

async function steps(expectation: Expectation, objects: Parameters<typeof slicesOf>[0], running: RunningPods): Promise<string[]> {
  const cluster = new Cluster([...objects, ...slicesOf(objects, running)]);
  const problems: string[] = [];
  for (const step of expectation.steps) {
    if (step.edit !== undefined) cluster.edit(step.edit, (slice, deployment) => filledSlice(slice, deployment, running));
    const now = await bring(cluster);
    const seen = world(cluster, now.statuses);
    problems.push(...(step.status ?? []).flatMap((check) => failures(seen, check)));
    for (const one of step.traffic ?? []) {
      const found = await trafficFailures(one, doorOf(one, cluster, now), running.pods);
      const { method = 'GET', host = '', path } = one.request;
      problems.push(...found.map((problem) => `${method} ${host}${path} at ${one.to}: expected ${problem}`));
    }
    for (const one of step.grpc ?? []) {
      const found = await grpcFailures(one, doorOf(one, cluster, now));
      problems.push(...found.map((problem) => `${one.method} ${one.authority ?? ''} at ${one.to}: expected ${problem}`));
    }
    for (const one of step.streams ?? []) {
      const found = await streamFailures(one, doorOf(one, cluster, now));
      problems.push(...found.map((problem) => `${one.over} ${one.serverName ?? ''} at ${one.to}: expected ${problem}`));
    }
  }
  return problems;
}

for (const expectation of expectations().filter((one) => one.steps.some((step) => step.traffic !== undefined || step.streams !== undefined || step.grpc !== undefined))) {
  test(`${expectation.test} (${expectation.source})`, { skip: skipped(expectation, 'traffic') }, async () => {
    assert.deepEqual(await replay(expectation), []);
  });
}
