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

/** All hosts of a listener, and the chunks that they are in. */
export interface Chunked {
  readonly hosts: readonly HostRoutes[];
  readonly chunks: readonly HostChunk[];
}

/** `before`: what this gave for the hosts before; chunks without a change stay the same. */
export function chunked(listener: ListenerKey, hosts: readonly HostRoutes[], before: Chunked): Chunked {
  const { head, start, end, tail } = untouched(hosts, before);
  const middle: HostChunk[] = [];
  const taken = new Set([...head, ...tail].map((it) => it.key));
  for (let at = start, from = start; at < end; at++) {
    if (at + 1 < end && !isLast(hosts[at]!)) continue;
    middle.push(chunk(listener, hosts.slice(from, at + 1), taken));
    from = at + 1;
  }
  return { hosts, chunks: [...head, ...middle, ...tail] };
}

interface Untouched {
  readonly head: readonly HostChunk[];
  /** Place of the first host behind `head`. */
  readonly start: number;
  /** Place of the first host of `tail`. */
  readonly end: number;
  readonly tail: readonly HostChunk[];
}

/** Chunks at the beginning and at the end of which nothing changed, nor what makes them begin where they do. */
function untouched(hosts: readonly HostRoutes[], { hosts: old, chunks }: Chunked): Untouched {
  const [begun, ended] = alike(hosts, old);
  let [heads, start] = [0, 0];
  for (const { hosts: own } of chunks) {
    // One that does not end by itself, which only the last one may, can go on.
    if (start + own.length > begun || (heads === chunks.length - 1 && !isLast(own.at(-1)!))) break;
    heads++;
    start += own.length;
  }
  let [tails, end] = [0, hosts.length];
  for (let at = chunks.length - 1; at > heads; at--) {
    const from = end - chunks[at]!.hosts.length;
    // Among those that are alike the one in front ended its chunk before, and does.
    if (from <= start || from < ended || (from === ended && !isLast(hosts[from - 1]!))) break;
    tails++;
    end = from;
  }
  return { head: chunks.slice(0, heads), start, end, tail: chunks.slice(chunks.length - tails) };
}

/** So many hosts at the beginning are those of before, and all from a second place on. Every host of a listener is passed at each change, so nothing is called for them. */
function alike(hosts: readonly HostRoutes[], old: readonly HostRoutes[]): readonly [begun: number, ended: number] {
  const most = Math.min(hosts.length, old.length);
  const longer = old.length - hosts.length;
  let begun = 0;
  while (begun < most && hosts[begun] === old[begun]) begun++;
  let ended = hosts.length;
  while (ended > begun && ended + longer > begun && hosts[ended - 1] === old[ended + longer - 1]) ended--;
  return [begun, ended];
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
