import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Pulse } from './shapes.ts';
import { type Query, source } from './place.ts';

/** What a view shows: nothing yet, its value, or why there is none. */
export interface Seen<T> {
  readonly value?: T;
  readonly problem?: string;
}

export interface Live {
  readonly pulse?: Pulse;
  /** Nobody answers any more. */
  readonly isLost: boolean;
  /** Counts what came, so that views can ask again. */
  readonly tick: number;
}

export const LiveContext = createContext<Live>({ isLost: false, tick: 0 });

export function useLive(): Live {
  return useContext(LiveContext);
}

/** Follows the program for as long as the page is seen. */
export function useEvents(): Live {
  const [live, setLive] = useState<Live>({ isLost: false, tick: 0 });
  useEffect(() => {
    let events: EventSource | undefined;
    const follow = (): void => {
      events?.close();
      events = undefined;
      if (document.hidden) return;
      events = new EventSource(`/console/api/events?${queryText({ source })}`);
      events.addEventListener('message', ({ data }) => setLive(({ tick }) => ({ pulse: JSON.parse(String(data)) as Pulse, isLost: false, tick: tick + 1 })));
      events.addEventListener('error', () => {
        setLive((before) => ({ ...before, isLost: true }));
        // A browser does not come back after an answer such as 503.
        if (events?.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
      });
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      events?.close();
    };
  }, []);
  return live;
}

/** Stands for one configuration of one program; another program begins to count anew. */
export function momentOf(pulse: Pulse | undefined): string | undefined {
  return pulse === undefined ? undefined : `${pulse.begun} ${pulse.revision}`;
}

export type Keys = readonly string[];

export function queryText(query: Query, keys: Keys = []): string {
  const params = new URLSearchParams(Object.entries(query).filter((it): it is [string, string] => it[1] !== undefined && it[1] !== ''));
  for (const key of keys) params.append('key', key);
  return params.toString();
}

/** Asks for a view once. Throws where nobody answers. */
export async function ask<T>(view: string, text: string, signal?: AbortSignal): Promise<Seen<T>> { // oxlint-disable-line max-params -- what, of what, and until when.
  const response = await fetch(`/console/api/${view}?${text}${source === undefined ? '' : `&${queryText({ source })}`}`, signal === undefined ? {} : { signal });
  const body = await response.text();
  if (!response.ok) return { problem: body };
  const value = JSON.parse(body) as T & { readonly problem?: string };
  return typeof value === 'object' && value !== null && 'problem' in value && value.problem !== undefined ? { problem: value.problem } : { value };
}

/**
 * A view that stays true: asked again with each configuration, or with each look at the traffic. What was there stays until the new one has
 * come. `undefined` as the view asks nothing.
 */
export function useView<T>(view: string | undefined, query: Query = {}, { keys = [], follows = 'revision' }: { readonly keys?: Keys; readonly follows?: 'revision' | 'traffic' } = {}): Seen<T> & { readonly isOld: boolean } {
  const { pulse, tick } = useLive();
  const [seen, setSeen] = useState<Seen<T> & { readonly of: string }>({ of: '' });
  const text = `${queryText(query, keys)}`;
  const about = `${view ?? ''}?${text}`;
  const moment = follows === 'revision' ? momentOf(pulse) : pulse === undefined ? undefined : tick;
  useEffect(() => {
    if (view === undefined || moment === undefined) return undefined;
    const ended = new AbortController();
    ask<T>(view, text, ended.signal).then((it) => setSeen({ ...it, of: about }), (error: unknown) => {
      if (!ended.signal.aborted) setSeen((before) => (before.of === about && before.value !== undefined ? before : { of: about, problem: `Nobody answers: ${String(error)}` }));
    });
    return () => ended.abort();
  }, [about, moment]);
  const isOld = seen.of !== about;
  // Another thing's answer is no answer; the same view with another query keeps the page still until its own comes.
  return seen.of.split('?', 1)[0] === (view ?? '') ? { ...seen, isOld } : { isOld };
}
