import type { SourceObject } from '../../contract/index.ts';
import { SyntheticObjects } from '../synthetic-object.ts';
import { answersOn, servesByDemo, type DemoService } from './demo-services.ts';
import { containerPort, demoSlices } from './demo-slices.ts';
import { echoIdentity } from './echo-identity.ts';
import type { EchoServer } from './echo-server.ts';
import { startEcho } from './start-echo.ts';
import { planDemo, type DemoModel, type DemoPod } from './plan-demo.ts';

/** The echo servers that stand for the pods of the manifests, and the EndpointSlices that lead to them. */
export class DemoBackends {
  readonly #servers = new Map<string, EchoServer>();
  readonly #slices = new SyntheticObjects();
  #retired: EchoServer[] = [];

  /**
   * Starts what the model newly needs and returns the EndpointSlices of all. Servers that are no longer needed go on
   * answering until `closeRetired`, because the configuration that leads to them is still in force.
   */
  async apply(model: DemoModel): Promise<SourceObject[]> {
    const services = servesByDemo(model);
    const pods = planDemo(model);
    const wanted = new Map(pods.flatMap((pod) => listeningPorts(pod, services).map((port) => [serverKey(pod, port), pod] as const)));
    this.#retire(wanted);
    await this.#start(wanted);
    const find = (pod: DemoPod, port: number) => this.#servers.get(serverKey(pod, port))?.port;
    return this.#slices.update(demoSlices(services, pods, { find }));
  }

  /** Closes the servers that the last `apply` left out; call it once that configuration serves. */
  async closeRetired(): Promise<void> {
    const retired = this.#retired;
    this.#retired = [];
    await Promise.all(retired.map((server) => server.close()));
  }

  async close(): Promise<void> {
    this.#retire(new Map());
    await this.closeRetired();
  }

  #retire(wanted: ReadonlyMap<string, DemoPod>): void {
    for (const [key, server] of this.#servers) {
      if (wanted.has(key)) continue;
      this.#servers.delete(key);
      this.#retired.push(server);
    }
  }

  async #start(wanted: ReadonlyMap<string, DemoPod>): Promise<void> {
    if (wanted.size === 0) return;
    await Promise.all([...wanted].map(async ([key, pod]) => {
      const identity = echoIdentity(pod);
      const running = this.#servers.get(key);
      if (running === undefined) this.#servers.set(key, await startEcho(pod.protocol, identity));
      else running.become(identity);
    }));
  }
}

function serverKey(pod: DemoPod, port: number): string {
  return `${pod.namespace}/${pod.name}:${port}/${pod.protocol}`;
}

/** The container ports that some Service leads to and that the pod's app answers on. */
function listeningPorts(pod: DemoPod, services: readonly DemoService[]): number[] {
  const ports = new Set<number>();
  for (const service of services) {
    if (!service.selects(pod)) continue;
    for (const port of service.ports) {
      const target = answersOn(port, pod) ? containerPort(port, pod) : undefined;
      if (target !== undefined) ports.add(target);
    }
  }
  return [...ports];
}
