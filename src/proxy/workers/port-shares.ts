import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import { getSystemErrorMap } from 'node:util';
import type { ListenerReport } from '../../contract/index.ts';
import type { Ir, Socket, SocketKey } from '../../ir/index.ts';
import { bindFailure, type Place } from '../listen/bound-door.ts';
import { placeId } from '../listen/place-id.ts';
import { bindShared, type SharedHandle } from '../listen/shared-handle.ts';

/** One place, and the TCP ports bound there: one for each worker, all of one number, or a single one where the system can't share. */
interface Share {
  readonly place: Place;
  /** By worker; empty for UDP. */
  readonly handles: (SharedHandle | undefined)[];
  /** The worker that has a UDP port; undefined for TCP. */
  owner: number | undefined;
}

/** An IR whose ports are bound. */
export interface PlacedIr {
  /** The IR with true ports where it had 0. */
  readonly ir: Ir;
  readonly failures: ReadonlyMap<SocketKey, ListenerReport>;
}

/**
 * The ports of all workers, held by their parent: a connection that waits in the queue of a worker that was killed is accepted by
 * the one that takes its place. Each worker has a queue of its own, filled by the kernel. Each UDP port belongs to one worker, because
 * sessions live in its memory.
 */
export class PortShares {
  private readonly count: number;
  /** By the place of the IR; a port 0 has its true number inside. */
  private shares = new Map<string, Share>();
  private keys: ReadonlyMap<SocketKey, string> = new Map();
  private nextOwner = 0;

  /** `count`: of workers. */
  constructor(count: number) {
    this.count = count;
  }

  /** Binds what is new; what is no longer wanted stays until `closeOthers`. */
  async begin(ir: Ir): Promise<PlacedIr> {
    const failures = new Map<SocketKey, ListenerReport>();
    const sockets: [SocketKey, Socket][] = [];
    const keys = new Map<SocketKey, string>();
    for (const [key, socket] of Object.entries(ir.sockets)) {
      const id = placeId(key, socket);
      const share = this.shares.get(id) ?? await openShare(socket);
      if ('state' in share) failures.set(key, share);
      else {
        if (socket.transport === 'udp') share.owner ??= this.nextOwner++ % this.count;
        this.shares.set(id, share);
        keys.set(key, id);
      }
      sockets.push([key, 'state' in share ? socket : { ...socket, port: share.place.port }]);
    }
    this.keys = keys;
    return { ir: { ...ir, sockets: Object.fromEntries(sockets) }, failures };
  }

  /** Closes what the last IR does not want. */
  closeOthers(): void {
    const wanted = new Set(this.keys.values());
    for (const [id, share] of this.shares) {
      if (wanted.has(id)) continue;
      this.shares.delete(id);
      for (const handle of share.handles) handle?.close();
    }
  }

  /** Where the sockets of the last IR are bound. */
  bound(): Record<SocketKey, Place> {
    return Object.fromEntries([...this.keys].map(([key, id]): [SocketKey, Place] => [key, (this.shares.get(id) as Share).place]));
  }

  /** What a worker listens on: places, as it knows them, with their handles. UDP ports have none. */
  of(worker: number): Map<string, SharedHandle | undefined> {
    const places = new Map<string, SharedHandle | undefined>();
    for (const share of this.shares.values()) {
      const { address, port } = share.place;
      if (share.owner !== undefined) {
        if (share.owner === worker) places.set(`udp ${address} ${port}`, undefined);
        continue;
      }
      const handle = share.handles[worker] ?? bindShared(share.place, 'shared');
      if (typeof handle === 'object') share.handles[worker] = handle;
      // Systems whose kernel does not share ports: all workers accept from one queue.
      const usable = typeof handle === 'object' ? handle : share.handles.find((it) => it !== undefined);
      if (usable !== undefined) places.set(`tcp ${address} ${port}`, usable);
    }
    return places;
  }

  /** Gives the queues of a worker up that does not come back soon: the kernel gives new connections to the others. */
  release(worker: number): void {
    for (const { handles } of this.shares.values()) {
      if (handles.filter((it) => it !== undefined).length < 2) continue;
      handles[worker]?.close();
      handles[worker] = undefined;
    }
  }

  close(): void {
    this.keys = new Map();
    this.closeOthers();
  }
}

async function openShare(socket: Socket): Promise<Share | ListenerReport> {
  const isUdp = socket.transport === 'udp';
  // Other programs that share their ports would take part of ours unseen, so the place is first asked for alone.
  const probed = await (isUdp ? probeUdp(socket) : probeTcp(socket));
  if (typeof probed === 'object') return bindFailure(probed, socket);
  const place = { address: socket.address, port: probed };
  if (isUdp) return { place, owner: undefined, handles: [] };
  const shared = bindShared(place, 'shared');
  const handle = typeof shared === 'object' ? shared : bindShared(place, 'alone');
  return typeof handle === 'object' ? { place, owner: undefined, handles: [handle] } : bindFailure(systemError(handle), place);
}

function probeTcp({ address, port }: Place): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host: address, port, exclusive: true }, () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : port));
    });
  });
}

function probeUdp({ address, port }: Place): Promise<number | NodeJS.ErrnoException> {
  return new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', (error) => {
      socket.close();
      resolve(error);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      const bound = socket.address();
      socket.close(() => resolve(bound.port));
    });
  });
}

function systemError(number: number): NodeJS.ErrnoException {
  const [code = 'UNKNOWN', message = 'unknown error'] = getSystemErrorMap().get(number) ?? [];
  return Object.assign(new Error(message), { code });
}
