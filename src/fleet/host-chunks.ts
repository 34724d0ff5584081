import type { HostRoutes, Listener, ListenerKey } from '../ir/index.ts';

/** A listener as it travels: its hosts are in chunks, so that one of many can change without the others. */
export type ListenerHead = Omit<Listener, 'hosts'> & {
  /** Keys of the chunks in the table `hosts`, in order of precedence. */
  readonly hosts: readonly string[];
};

/** Hosts that follow each other in a listener. */
export interface HostChunk {
  /** `listener/hostname` of its last host, which ends it whatever its neighbours are; so a chunk keeps its key while others change. */
  readonly key: string;
  readonly hosts: readonly HostRoutes[];
}

/** One host of so many ends a chunk: those that do are known by their names, so that every replica cuts alike. A power of 2. */
const meanLength = 32;

/** All hosts of a listener, in chunks. `before`: what this gave for the hosts before; chunks without a change stay the same. */
export function chunksOf(listener: ListenerKey, hosts: readonly HostRoutes[], before: readonly HostChunk[] = []): readonly HostChunk[] {
  const [head, tail] = untouched(hosts, before);
  const start = head.reduce((sum, it) => sum + it.hosts.length, 0);
  const end = hosts.length - tail.reduce((sum, it) => sum + it.hosts.length, 0);
  const taken = new Set([...head, ...tail].map((it) => it.key));
  const middle: HostChunk[] = [];
  for (let at = start, from = start; at < end; at++) {
    if (at + 1 < end && !isLast(hosts[at]!)) continue;
    middle.push(chunk(listener, hosts.slice(from, at + 1), taken));
    from = at + 1;
  }
  return [...head, ...middle, ...tail];
}

/** Chunks at the beginning and at the end of which nothing changed, nor what makes them begin where they do. */
function untouched(hosts: readonly HostRoutes[], before: readonly HostChunk[]): readonly [head: readonly HostChunk[], tail: readonly HostChunk[]] {
  let [heads, start] = [0, 0];
  for (const one of before) {
    // One that does not end by itself may go on.
    if (!isLast(one.hosts.at(-1)!) || !standsAt(hosts, start, one.hosts)) break;
    heads++;
    start += one.hosts.length;
  }
  let [tails, end] = [0, hosts.length];
  for (let at = before.length - 1; at > heads; at--) {
    const { hosts: own } = before[at]!;
    const from = end - own.length;
    if (from <= start || !isLast(hosts[from - 1]!) || !standsAt(hosts, from, own)) break;
    tails++;
    end = from;
  }
  return [before.slice(0, heads), tails === 0 ? [] : before.slice(-tails)];
}

/** Every host of a listener is passed at each change, so nothing is called for them. */
function standsAt(hosts: readonly HostRoutes[], from: number, own: readonly HostRoutes[]): boolean { // oxlint-disable-line max-params -- where, what.
  for (let at = 0; at < own.length; at++) if (hosts[from + at] !== own[at]) return false;
  return true;
}

function chunk(listener: ListenerKey, hosts: readonly HostRoutes[], taken: Set<string>): HostChunk {
  const name = `${listener}/${hosts.at(-1)!.hostname}`;
  let key = name;
  // Two groups of routes may give one hostname.
  for (let number = 1; taken.has(key); number++) key = `${name}/${number}`;
  taken.add(key);
  return { key, hosts };
}

/** FNV-1a of its name. */
function isLast({ hostname }: HostRoutes): boolean {
  let value = 0x811c9dc5;
  for (let at = 0; at < hostname.length; at++) value = Math.imul(value ^ hostname.charCodeAt(at), 0x01000193);
  return ((value ^ (value >>> 15)) & (meanLength - 1)) === 0;
}
