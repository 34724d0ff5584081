import { perObject } from '../../base/index.ts';
import type { Ir, RouteKey, SocketKey } from '../../ir/index.ts';
import { StreamCompiler, type StreamTable } from '../l4/stream-table.ts';
import { Meters } from '../observe/meters.ts';
import { compileSockets } from '../route/compiled-sockets.ts';
import type { SocketTable } from '../route/socket-table.ts';

/** Tables in which every route answers with its own key. */
export interface LabelledTables {
  readonly requests: ReadonlyMap<SocketKey, SocketTable>;
  readonly streams: ReadonlyMap<SocketKey, StreamTable>;
}

/**
 * The route tables of an IR as traffic meets them, without backends behind them: what a request leads to is told by the very look-up that
 * requests go through. Whoever looks at one configuration asks about it more than once.
 */
export const labelledTables = perObject((ir: Ir): LabelledTables => {
  const labelled = withLabels(ir);
  const meters = new Meters(false);
  return {
    requests: compileSockets(labelled, noPool, { defaultRequestMs: 0, meters, tracerOf: () => undefined }),
    streams: new StreamCompiler(meters).compile(labelled, { find: noPool, findBare: noPool }),
  };
});

/** The IR with a label in place of each action, and without what listeners ask of others first. */
function withLabels(ir: Ir): Ir {
  const requests = Object.entries(ir.routes).map(([key, route]) => [key, { ...route, action: { kind: 'respond' as const, status: 0, because: key } }] as const);
  const streams = Object.entries(ir.streamRoutes ?? {}).map(([key, route]) => [key, { ...route, action: { kind: 'refuse' as const, because: key } }] as const);
  const listeners = Object.entries(ir.listeners).map(([key, listener]) => [key, { ...listener, filters: [] }] as const);
  return { ...ir, listeners: Object.fromEntries(listeners), routes: Object.fromEntries(requests), ...(ir.streamRoutes === undefined ? {} : { streamRoutes: Object.fromEntries(streams) }) };
}

function noPool(backend: RouteKey): never {
  throw new Error(`a label leads to ${backend}`);
}
