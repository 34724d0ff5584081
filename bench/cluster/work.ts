/** The pieces of work whose cost is measured, each against one Gateway in the namespace `bench`. Runs outside the node, in the client's network. */
import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from '../report.ts';
import { addressOf, type BenchApi, type BenchObject, httpRoute, isAccepted, isProgrammed, listenerSet, namespace, type Plural, routeRule } from './api.ts';
import { untilAnswered } from './asking.ts';
import { bytesReceived, figuresOf } from './processes.ts';

export type Figures = Readonly<Record<string, number>>;

export interface Plan {
  readonly className: string;
  /** Sources of regular expressions. */
  readonly controlPlane: string;
  readonly dataPlane: string;
  readonly scale: Scale;
}

export interface Scale {
  readonly atOnce: number;
  readonly oneByOne: number;
  readonly edits: number;
  /** Routes that are there while as many as `oneByOne` are added once more; 0: not done. */
  readonly others: number;
  /** ListenerSets that those share; 0: they are on the listener of the Gateway. */
  readonly sets: number;
  readonly flaps: number;
}

const host = (name: string): string => `${name}.example.com`;
const team = (index: number): string => `team-${index}`;
const creators = 4;
const round = (value: number): number => Number(value.toFixed(1));

/** Services of 50 endpoints, which are not there to answer. */
export const manyServices = 100;
/** As many where there are no thousands of routes to them. */
const fewServices = 10;
const nameOfMany = (index: number): string => `many-${index % manyServices}`;
const addressesOf = (index: number, up: boolean): object[] => Array.from({ length: 50 }, (_, i) => ({ addresses: [`10.250.${index}.${i + 1}`], conditions: { ready: i > 0 || up } }));

export class Work {
  readonly #api: BenchApi;
  readonly #control: RegExp;
  readonly #data: RegExp;
  readonly #className: string;
  address = '';
  /** Rounds of flaps that were done, so that the next one goes on. */
  #rounds = 0;

  constructor(api: BenchApi, plan: Plan) {
    this.#api = api;
    this.#control = new RegExp(plan.controlPlane);
    this.#data = new RegExp(plan.dataPlane);
    this.#className = plan.className;
  }

  /** A Gateway and a route are made: until it is programmed, and answers. */
  async gateway(): Promise<Figures> {
    const startedAt = performance.now();
    await this.#api.create('gateways', {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'web', namespace },
      spec: { gatewayClassName: this.#className, allowedListeners: { namespaces: { from: 'Same' } }, listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }] },
    });
    await this.#api.create('httproutes', httpRoute('steady', host('steady')));
    let gateway: BenchObject;
    do {
      await pause(10);
      gateway = await this.#api.get('gateways', 'web');
    } while (!isProgrammed(gateway) || addressOf(gateway) === undefined);
    const programmed = performance.now() - startedAt;
    this.address = addressOf(gateway) as string;
    await untilAnswered(this.address, host('steady'), ({ status }) => status === 200);
    return { 'gateway programmed, s': round(programmed / 1000), 'gateway answers, s': round((performance.now() - startedAt) / 1000) };
  }

  /** Routes made as fast as the API server takes them: until the last one is accepted. */
  async atOnce(count: number): Promise<Figures> {
    const waiting = new Set(Array.from({ length: count }, (_, i) => `all-${i}`));
    const writes = { routes: 0, gateway: 0 };
    const ended = new AbortController();
    const { promise: allAccepted, resolve } = Promise.withResolvers<void>();
    await this.#api.watch('httproutes', (route, type) => {
      if (type === 'MODIFIED') writes.routes++;
      if (isAccepted(route) && waiting.delete(route.metadata.name) && waiting.size === 0) resolve();
    }, ended.signal);
    await this.#api.watch('gateways', (_, type) => { if (type === 'MODIFIED') writes.gateway++; }, ended.signal);
    const before = this.#cpu();
    const startedAt = performance.now();
    await this.#create(count, (index) => httpRoute(`all-${index}`, host(`all-${index}`)));
    const createdAt = performance.now();
    await allAccepted;
    const acceptedAt = performance.now();
    await this.#settle();
    ended.abort();
    const after = this.#cpu();
    return {
      'creating, s': round((createdAt - startedAt) / 1000),
      'last accepted after the last creation, s': round((acceptedAt - createdAt) / 1000),
      'status writes of routes': writes.routes, 'status writes of the Gateway': writes.gateway,
      'CPU of the control plane, s': round((after - before) / 1000),
      'memory of the control plane, MB': round(figuresOf(this.#control).rssMb), 'memory of the data plane, MB': round(figuresOf(this.#data).rssMb),
    };
  }

  async #create(count: number, make: (index: number) => object, plural: Plural = 'httproutes'): Promise<void> { // oxlint-disable-line max-params -- how many of what.
    let next = 0;
    const create = async (): Promise<void> => {
      while (next < count) await this.#api.create(plural, make(next++));
    };
    await Promise.all(Array.from({ length: creators }, create));
  }

  /** Routes one by one, each when the one before answers: from the API server's answer to the first 200. */
  async oneByOne(count: number, prefix: string): Promise<Figures> {
    const times: number[] = [];
    const before = this.#cpu();
    for (let i = 0; i < count; i++) {
      const name = `${prefix}-${i}`;
      await this.#api.create('httproutes', httpRoute(name, host(name)));
      times.push(await untilAnswered(this.address, host(name), ({ status }) => status === 200));
    }
    await this.#settle();
    return { 'first 200, p50 ms': round(quantile(times, 0.5)), 'first 200, p99 ms': round(quantile(times, 0.99)), 'CPU of the control plane a route, ms': round((this.#cpu() - before) / count) };
  }

  /** One route edited again and again: from the API server's answer to the new behaviour. */
  async edits(count: number): Promise<Figures> {
    const times: number[] = [];
    const before = this.#cpu();
    for (let i = 0; i < count; i++) {
      const version = `edit-${i}`;
      await this.#api.patch('httproutes', 'steady', { spec: { rules: [routeRule(version)] } });
      times.push(await untilAnswered(this.address, host('steady'), (answer) => answer.version === version));
    }
    await this.#settle();
    return { 'new behaviour, p50 ms': round(quantile(times, 0.5)), 'new behaviour, p99 ms': round(quantile(times, 0.99)), 'CPU of the control plane an edit, ms': round((this.#cpu() - before) / count) };
  }

  /** More routes, until all of them are in force; all but the last one to Services of 50 endpoints. */
  async others(count: number, sets: number): Promise<Figures> { // oxlint-disable-line max-params -- two numbers.
    for (let index = 0; index < manyServices; index++) await this.#makeMany(index);
    const before = this.#cpu();
    const startedAt = performance.now();
    await this.#create(sets, (index) => listenerSet(team(index), host(team(index))), 'listenersets');
    const setsAt = performance.now();
    const hostOf = (index: number): string => (sets === 0 ? host(`other-${index}`) : `other-${index}.${host(team(index % sets))}`);
    const parentOf = (index: number): object => (sets === 0 ? { name: 'web' } : { kind: 'ListenerSet', name: team(index % sets) });
    await this.#create(count, (index) => httpRoute(`other-${index}`, hostOf(index), index === count - 1 ? 'echo' : nameOfMany(index), parentOf(index)));
    const createdAt = performance.now();
    await untilAnswered(this.address, hostOf(count - 1), ({ status }) => status === 200);
    const answeredAt = performance.now();
    await this.#settle();
    return {
      ...(sets === 0 ? {} : { 'ListenerSets made, s': round((setsAt - startedAt) / 1000) }),
      'routes made, s': round((createdAt - setsAt) / 1000), 'last one answers after its creation, s': round((answeredAt - createdAt) / 1000),
      'CPU of the control plane, s': round((this.#cpu() - before) / 1000),
      'memory of the control plane, MB': round(figuresOf(this.#control).rssMb), 'memory of the data plane, MB': round(figuresOf(this.#data).rssMb),
      ...(sets === 0 ? {} : await this.#attached()),
    };
  }

  /** What the statuses of all ListenerSets say. */
  async #attached(): Promise<Figures> {
    const { items } = await this.#api.list('listenersets');
    const listeners = items.flatMap(({ status }) => (status as { listeners?: { attachedRoutes: number }[] } | undefined)?.listeners ?? []);
    return { 'ListenerSets programmed': items.filter(isProgrammed).length, 'routes attached to them': listeners.reduce((sum, { attachedRoutes }) => sum + attachedRoutes, 0) };
  }

  async #makeMany(index: number): Promise<void> {
    const name = nameOfMany(index);
    await this.#api.create('services', { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ name: 'http', port: 80 }] } });
    await this.#api.create('endpointslices', {
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4', ports: [{ name: 'http', port: 80 }], endpoints: addressesOf(index, true),
    });
  }

  /** Services of 50 endpoints that routes name, where `others` made none. */
  async few(): Promise<void> {
    for (let index = 0; index < fewServices; index++) {
      await this.#makeMany(index);
      await this.#api.create('httproutes', httpRoute(`few-${index}`, host(`few-${index}`), nameOfMany(index)));
    }
  }

  /** One endpoint of those Services after the other goes, and comes in the next round, so many times a second, over as many connections as that takes. */
  async flaps({ count, rate, services = fewServices }: { readonly count: number; readonly rate: number; readonly services?: number }): Promise<Figures> {
    await this.#settle();
    const [control, data, bytes] = [this.#cpu(), figuresOf(this.#data).cpuMs, bytesReceived(this.#data)];
    const startedAt = performance.now();
    const open = new Set<Promise<void>>();
    for (let i = 0; i < count; i++) {
      const index = i % services;
      const turn = Math.floor(i / services) + this.#rounds;
      const flap = this.#api.patch('endpointslices', nameOfMany(index), { endpoints: addressesOf(index, turn % 2 === 1) }).then(() => void open.delete(flap));
      open.add(flap);
      if (open.size >= services) await Promise.race(open);
      await pause(Math.max(0, startedAt + ((i + 1) * 1000) / rate - performance.now()));
    }
    await Promise.all(open);
    const seconds = (performance.now() - startedAt) / 1000;
    this.#rounds += Math.ceil(count / services);
    await this.#settle();
    return {
      'flaps a second': round(count / seconds), 'CPU of the control plane a flap, ms': round((this.#cpu() - control) / count),
      'CPU of the data plane a flap, ms': round((figuresOf(this.#data).cpuMs - data) / count),
      'bytes sent to the data plane a flap': Math.round((bytesReceived(this.#data) - bytes) / count),
      'memory of the control plane, MB': round(figuresOf(this.#control).rssMb), 'memory of the data plane, MB': round(figuresOf(this.#data).rssMb),
    };
  }

  #cpu(): number {
    return figuresOf(this.#control).cpuMs;
  }

  /** Until the control plane has taken less than 20 ms of CPU in a second, at most a minute. */
  async #settle(): Promise<void> {
    for (let tries = 0; tries < 60; tries++) {
      const before = this.#cpu();
      await pause(1000);
      if (this.#cpu() - before < 20) return;
    }
  }
}
