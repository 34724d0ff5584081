import { isIP } from 'node:net';
import type { AddressNode, GatewayNode, Graph } from '../attach/index.ts';
import type { Finding, GatewayPlacement, Placement } from '../contract/index.ts';
import { gatewayOf, holderOf, ipAddress, isFurther } from './address-holder.ts';
import { type AddressOutcome, assignment, entriesOf, noHostnames } from './assignment.ts';
import { tryBind, tryBindAll, type Transport } from './bindable.ts';
import { poolAddresses } from './pool.ts';

export interface AddressBookOptions {
  /** IPv4 CIDR whose addresses Gateways get, one each. */
  readonly pool: string;
  /** Added to every listener port; undefined: true ports where they can be opened, else mapped ones. */
  readonly portOffset?: number;
}

export interface Placed {
  readonly placement: Placement;
  readonly findings: readonly Finding[];
}

const highestPort = 65_535;

/** A port of listeners, and what they speak there: TCP and UDP may share a number. */
interface WantedPort {
  readonly port: number;
  readonly transports: ReadonlySet<Transport>;
}

/** Gives each Gateway an address of its own, as a load balancer would, and keeps it for as long as the process lives. */
export class AddressBook {
  readonly #options: AddressBookOptions;
  readonly #pool: readonly string[];
  /** Address of each Gateway that was ever placed. */
  readonly #given = new Map<string, string>();
  /** Bound ports by `address listener-port gateway`: two Gateways at one address never share a port. */
  readonly #ports = new Map<string, number>();
  /** Keys of the Gateways that exist now. */
  #present: ReadonlySet<string> = new Set();

  constructor(options: AddressBookOptions) {
    this.#options = options;
    this.#pool = poolAddresses(options.pool);
  }

  async place(graph: Graph): Promise<Placed> {
    const placement = new Map<string, GatewayPlacement>();
    const findings: Finding[] = [];
    this.#present = new Set([...graph.gateways.values()].filter((it) => it.accepted.ok).map((it) => it.gateway.key));
    for (const gateway of graph.gateways.values()) {
      if (gateway.accepted.ok) placement.set(gateway.gateway.key, await this.#placeGateway(gateway, findings));
    }
    return { placement, findings };
  }

  async #placeGateway(gateway: GatewayNode, findings: Finding[]): Promise<GatewayPlacement> {
    const ports = wantedPorts(gateway);
    const { key } = gateway.gateway;
    const entries = entriesOf(gateway);
    const outcomes: AddressOutcome[] = [];
    for (const [index, entry] of entries.entries()) outcomes.push(await this.#judge(entry, holderOf(key, entries.slice(0, index)), ports));
    const assigned = assignment(outcomes);
    const { addresses, refused, unassigned = [] } = assigned;
    if (refused !== undefined) findings.push(placementFinding(gateway, refused.message));
    else findings.push(...unassigned.map((it) => ({ ...placementFinding(gateway, it), severity: 'warning' as const })));
    if (addresses[0] === undefined) return { ...assigned, ports: new Map() };
    return { ...assigned, ports: await this.#mapPorts(key, [...new Set(addresses.map((it) => it.value))], ports) };
  }

  /** `holder`: whose address of the pool it would be. */
  async #judge({ type, value, routability, problem }: AddressNode, holder: string, ports: readonly WantedPort[]): Promise<AddressOutcome> {
    if (problem !== undefined) return { why: problem.message };
    if (value !== undefined) {
      const why = await unusable(value);
      return why === undefined ? { given: ipAddress(value === 'localhost' ? '127.0.0.1' : value, routability) } : { why: `${value} ${why}`, ...(routability === '' ? { because: 'unusable' } : {}) };
    }
    if (type !== 'IPAddress') return { why: noHostnames };
    if (!isFurther(holder)) return { given: ipAddress(await this.#choose(holder, ports), routability) };
    const further = await this.#chooseFromPool(holder, ports);
    return further === undefined ? { why: 'no address of the pool is left for it.' } : { given: ipAddress(further, routability) };
  }

  /** The first pool address that no Gateway has and where the ports are free; 127.0.0.1 where the system has no other loopback address. */
  async #choose(gateway: string, ports: readonly WantedPort[]): Promise<string> {
    const address = await this.#chooseFromPool(gateway, ports) ?? '127.0.0.1';
    this.#given.set(gateway, address);
    return address;
  }

  async #chooseFromPool(holder: string, ports: readonly WantedPort[]): Promise<string | undefined> {
    const address = this.#given.get(holder) ?? await this.#freeAddress(ports) ?? await this.#leftAddress(ports);
    if (address !== undefined) this.#given.set(holder, address);
    return address;
  }

  async #freeAddress(ports: readonly WantedPort[]): Promise<string | undefined> {
    const taken = new Set(this.#given.values());
    for (const address of this.#pool) {
      if (taken.has(address)) continue;
      if ((await tryBind(address, 0)) === 'no-such-address') return undefined;
      if (await this.#isFree(address, ports)) return address;
    }
    return undefined;
  }

  /** The address of a Gateway that is gone; a Gateway that comes back finds its own again for as long as nobody needs it. */
  async #leftAddress(ports: readonly WantedPort[]): Promise<string | undefined> {
    const inUse = new Set([...this.#given].flatMap(([holder, address]) => (this.#present.has(gatewayOf(holder)) ? [address] : [])));
    for (const [holder, address] of this.#given) {
      if (inUse.has(address) || !this.#pool.includes(address) || !(await this.#isFree(address, ports))) continue;
      this.#given.delete(holder);
      for (const key of this.#ports.keys()) if (key.endsWith(` ${holder}`)) this.#ports.delete(key);
      return address;
    }
    return undefined;
  }

  async #isFree(address: string, ports: readonly WantedPort[]): Promise<boolean> {
    const wanted = ports.map((it) => ({ ...it, port: it.port + (this.#options.portOffset ?? 0) })).filter(({ port }) => port <= highestPort);
    const outcomes = await Promise.all(wanted.map(({ port, transports }) => tryBindAll(address, port, transports)));
    return !outcomes.includes('taken');
  }

  /** Bound ports of those that can't have their own number. True ports are given first, so that a mapped one never takes them. */
  async #mapPorts(gateway: string, addresses: readonly string[], ports: readonly WantedPort[]): Promise<ReadonlyMap<number, number>> {
    const [first] = addresses as [string];
    const own = (address: string, port: number): string => `${address} ${port} ${gateway}`;
    const give = (port: number, bound: number): void => {
      for (const address of addresses) this.#ports.set(own(address, port), bound);
    };
    const homeless: WantedPort[] = [];
    for (const it of ports.filter(({ port }) => addresses.some((address) => !this.#ports.has(own(address, port))))) {
      const held = new Map(addresses.map((address) => [address, this.#ports.get(own(address, it.port))]));
      const wanted = this.#inherited(addresses, it.port) ?? await this.#truePort(held, it);
      for (const address of addresses) this.#ports.delete(own(address, it.port));
      if (wanted === undefined) homeless.push(it);
      else give(it.port, wanted);
    }
    for (const it of homeless) give(it.port, await this.#freePort(addresses, it));
    return new Map(ports.flatMap(({ port }) => {
      const bound = this.#ports.get(own(first, port))!;
      return bound === port ? [] : [[port, bound]];
    }));
  }

  /** The port of a Gateway that is gone, whose listener still holds it open and can serve another Gateway at once. */
  #inherited(addresses: readonly string[], port: number): number | undefined {
    const left = [...this.#ports].filter(([key]) => {
      const [address, listenerPort, holder] = key.split(' ');
      return addresses.includes(address!) && listenerPort === String(port) && !this.#present.has(holder!);
    });
    const isOpen = (address: string, candidate: number): boolean => left.some(([key, bound]) => key.startsWith(`${address} `) && bound === candidate);
    const bound = left.map(([, it]) => it).find((candidate) => addresses.every((address) => isOpen(address, candidate) || !this.#taken([address]).has(candidate)));
    if (bound === undefined) return undefined;
    for (const [key] of left) this.#ports.delete(key);
    return bound;
  }

  /** The listener's own number with the offset, unless another Gateway has it or, without an offset, the machine does not give it. `held`: what the Gateway has already. */
  async #truePort(held: ReadonlyMap<string, number | undefined>, { port, transports }: WantedPort): Promise<number | undefined> {
    const wanted = port + (this.#options.portOffset ?? 0);
    const others = [...held].flatMap(([address, bound]) => (bound === wanted ? [] : address));
    if (wanted > highestPort || this.#taken(others).has(wanted)) return undefined;
    return this.#options.portOffset !== undefined || await isFreeAtAll(others, wanted, transports) ? wanted : undefined;
  }

  /** Ports once given are kept, since their listeners hold them open. */
  #taken(addresses: readonly string[]): ReadonlySet<number> {
    return new Set([...this.#ports].filter(([key]) => addresses.some((address) => key.startsWith(`${address} `))).map(([, bound]) => bound));
  }

  /** The next free port above; where there is none, the lowest one that a user may open. */
  async #freePort(addresses: readonly string[], { port, transports }: WantedPort): Promise<number> {
    const taken = this.#taken(addresses);
    for (let candidate = port < 1024 ? port + 8000 : port + 1; candidate <= highestPort; candidate++) {
      if (!taken.has(candidate) && await isFreeAtAll(addresses, candidate, transports)) return candidate;
    }
    for (let candidate = 1024; candidate < port; candidate++) {
      if (!taken.has(candidate) && await isFreeAtAll(addresses, candidate, transports)) return candidate;
    }
    return port;
  }
}

function wantedPorts({ listeners }: GatewayNode): WantedPort[] {
  const ports = new Map<number, Set<Transport>>();
  for (const { port, protocol, accepted } of listeners) {
    if (!accepted.ok) continue;
    const transports = ports.get(port) ?? new Set();
    ports.set(port, transports.add(protocol === 'UDP' ? 'udp' : 'tcp'));
  }
  return [...ports].map(([port, transports]) => ({ port, transports }));
}

async function isFreeAtAll(addresses: readonly string[], port: number, transports: ReadonlySet<Transport>): Promise<boolean> {
  const outcomes = await Promise.all(addresses.map((address) => tryBindAll(address, port, transports)));
  return outcomes.every((it) => it === 'free');
}

async function unusable(address: string): Promise<string | undefined> {
  if (address === 'localhost') return undefined;
  if (isIP(address) === 0) return 'is not an IP address; Postern can serve IP addresses of this machine and localhost.';
  if (address === '0.0.0.0' || address === '::') return 'means every address of this machine; name one.';
  return (await tryBind(address, 0)) === 'free' ? undefined : 'is not an address of this machine; leave spec.addresses out to get a loopback address.';
}

function placementFinding({ gateway }: GatewayNode, message: string): Finding {
  const position = gateway.source.locate(['spec', 'addresses']);
  const excerpt = position === undefined ? undefined : gateway.source.excerpt(position);
  return {
    code: 'not-programmed', severity: 'error', message: `Gateway ${gateway.key}: ${message}`, object: gateway.ref, path: ['spec', 'addresses'],
    ...(position === undefined ? {} : { position }), ...(excerpt === undefined ? {} : { excerpt }),
  };
}
