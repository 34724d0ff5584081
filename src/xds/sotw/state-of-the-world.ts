import type { DeltaRequest, DeltaResponse, VersionedResource } from '../delta/messages.ts';
import type { StateRequest, StateResponse } from './messages.ts';

/** Of one type. */
interface TypeState {
  /** What the client has, as far as it was sent. */
  readonly held: Map<string, VersionedResource>;
  readonly names: Set<string>;
  /** It asks for everything: each response has all of it, and what is missing is gone. */
  isWhole: boolean;
  /** The last response, and what was held in place of its resources before it. */
  last: { readonly nonce: string; readonly before: ReadonlyMap<string, VersionedResource | undefined> };
}

/**
 * A client of the state-of-the-world variant (xDS protocol) as one of the incremental variant: what is said to it as changes is sent as states, and what
 * it asks for as a list is asked for as changes.
 */
export class StateOfTheWorld {
  readonly #types = new Map<string, TypeState>();
  readonly #send: (response: StateResponse) => void;
  #version = 0;

  constructor(send: (response: StateResponse) => void) {
    this.#send = send;
  }

  send({ typeUrl, nonce, resources, removed }: DeltaResponse): void {
    const state = this.#types.get(typeUrl);
    if (state === undefined) return;
    state.last = { nonce, before: new Map(resources.map((it) => [it.name, state.held.get(it.name)])) };
    for (const it of resources) state.held.set(it.name, it);
    for (const name of removed) state.held.delete(name);
    this.#send({ typeUrl, nonce, version: String(++this.#version), resources: state.isWhole ? [...state.held.values()] : resources });
  }

  /** The request as changes. */
  asDelta({ nodeId, typeUrl, names, nonce, error }: StateRequest): DeltaRequest {
    const known = this.#types.get(typeUrl);
    const state: TypeState = known ?? { held: new Map(), names: new Set(), isWhole: names.length === 0, last: { nonce: '', before: new Map() } };
    // What was refused must not be in the next state again.
    if (error !== undefined && nonce === state.last.nonce) revert(state);
    this.#types.set(typeUrl, state);
    const subscribe = names.filter((it) => !state.names.has(it));
    const unsubscribe = [...state.names].filter((it) => !names.includes(it));
    for (const it of subscribe) state.names.add(it);
    for (const it of unsubscribe) {
      state.names.delete(it);
      state.held.delete(it);
    }
    return { nodeId, typeUrl, subscribe, unsubscribe, initialVersions: new Map(), nonce, error };
  }
}

function revert({ held, last }: TypeState): void {
  for (const [name, resource] of last.before) {
    if (resource === undefined) held.delete(name);
    else held.set(name, resource);
  }
}
