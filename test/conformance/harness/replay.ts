import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { AddressBook, Controller, checkAuthorities, checkKeyPair } from '../../../src/controller/index.ts';
import type { Applied } from '../../../src/controller/index.ts';
import type { ApplyReport, Capabilities } from '../../../src/contract/index.ts';
import type { Ir } from '../../../src/ir/index.ts';
import { Cluster } from './cluster.ts';
import type { Expectation, GrpcCase, StreamCase, TrafficCase } from './expectation.ts';
import { expectations, qualified, skipped } from './expectation.ts';
import { grpcFailures } from './grpc-traffic.ts';
import type { RunningPods } from './pods.ts';
import { filledSlice, podsOf, slicesOf, startPods } from './pods.ts';
import { failures } from './status-check.ts';
import { streamFailures } from './stream-traffic.ts';
import { baseObjects, controllerName, suiteTest, testObjects } from './suite-objects.ts';
import type { Door } from './traffic.ts';
import { trafficFailures } from './traffic.ts';
import { world } from './world.ts';

/** A data plane, as the replay of the suite drives it. */
export interface ReplayedPlane {
  readonly capabilities: Capabilities;
  apply(ir: Ir): Promise<ApplyReport>;
  stop(): Promise<unknown>;
}

/** A run of the suite's requests against one data plane. */
class Replay {
  /** A loopback network of this run's own, so that runs beside each other do not meet. */
  readonly #network = `127.${randomInt(128, 250)}`;
  readonly #plane: ReplayedPlane;
  readonly #controller: Controller;
  #applied: Applied | undefined;
  #bug: unknown;
  #basePods: Awaited<ReturnType<typeof startPods>> | undefined;

  constructor(plane: ReplayedPlane) {
    this.#plane = plane;
    this.#controller = new Controller({
      settings: { controllerName, capabilities: plane.capabilities, adoptForeignClasses: false, checkAuthorities, checkKeyPair },
      addresses: new AddressBook({ pool: `${this.#network}.3.0/24` }),
      apply: (ir) => plane.apply(ir),
      onApplied: (now) => { this.#applied = now; },
      onBug: (error) => { this.#bug = error; },
    });
  }

  async start(): Promise<void> {
    this.#basePods = await startPods(podsOf(baseObjects(), `${this.#network}.1`));
  }

  async stop(): Promise<void> {
    await this.#plane.stop();
    this.#basePods?.stop();
  }

  async run(expectation: Expectation): Promise<string[]> {
    const base = this.#basePods!;
    const own = testObjects(suiteTest(expectation.test));
    const ownPods = await startPods(podsOf(own, `${this.#network}.2`, baseObjects()), base);
    try {
      return await this.#steps(expectation, [...baseObjects(), ...own], { ...ownPods, pods: [...base.pods, ...ownPods.pods] });
    } finally {
      ownPods.stop();
    }
  }

  async #bring(cluster: Cluster): Promise<Applied> {
    await this.#controller.update(cluster.snapshot());
    if (this.#bug !== undefined) throw this.#bug;
    if (this.#applied === undefined) throw new Error('nothing was applied');
    return this.#applied;
  }

  async #steps(expectation: Expectation, objects: Parameters<typeof slicesOf>[0], running: RunningPods): Promise<string[]> {
    const cluster = new Cluster([...objects, ...slicesOf(objects, running)]);
    const problems: string[] = [];
    for (const step of expectation.steps) {
      if (step.edit !== undefined) cluster.edit(step.edit, (slice, deployment) => filledSlice(slice, deployment, running));
      const now = await this.#bring(cluster);
      const seen = world(cluster, now.statuses);
      problems.push(...(step.status ?? []).flatMap((check) => failures(seen, check)));
      for (const one of step.traffic ?? []) {
        const found = await asOften(one, () => trafficFailures(one, doorOf(one, cluster, now), running.pods));
        const { method = 'GET', host = '', path } = one.request;
        problems.push(...found.map((problem) => `${method} ${host}${path} at ${one.to}: expected ${problem}`));
      }
      for (const one of step.grpc ?? []) {
        const found = await asOften(one, () => grpcFailures(one, doorOf(one, cluster, now)));
        problems.push(...found.map((problem) => `${one.method} ${one.authority ?? ''} at ${one.to}: expected ${problem}`));
      }
      for (const one of step.streams ?? []) {
        const found = await asOften(one, () => streamFailures(one, doorOf(one, cluster, now)));
        problems.push(...found.map((problem) => `${one.over} ${one.serverName ?? ''} at ${one.to}: expected ${problem}`));
      }
    }
    return problems;
  }
}

/** So many times shares are looked at before they count as wrong: as in the suite's weight.go, since who draws lots is now and then further off. */
const triesOfShares = 10;

async function asOften({ expect: { shares } }: TrafficCase | GrpcCase | StreamCase, failures: () => Promise<string[]>): Promise<string[]> { // oxlint-disable-line max-params -- of what, and what.
  let found = await failures();
  for (let tries = 1; shares !== undefined && found.length > 0 && tries < triesOfShares; tries++) found = await failures();
  return found;
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

/** The suite's requests on real sockets through a data plane, to echo backends that answer as the suite's own do. `skips`: tests that are left out, with the reason. */
export function replaySuite(plane: ReplayedPlane, skips: { readonly [test: string]: string } = {}): void {
  const replay = new Replay(plane);
  before(() => replay.start());
  after(() => replay.stop());
  for (const expectation of expectations().filter((one) => one.steps.some((step) => step.traffic !== undefined || step.streams !== undefined || step.grpc !== undefined))) {
    test(`${expectation.test} (${expectation.source})`, { skip: skips[expectation.test] ?? skipped(expectation, 'traffic') }, async () => {
      assert.deepEqual(await replay.run(expectation), []);
    });
  }
}
