import { covers } from '../attach/index.ts';
import type { Ir, Listener } from '../ir/index.ts';
import { filterObjects, type ObjectRow } from './objects.ts';

/** What a person may mean by a few letters. */
export interface Found {
  /** Requests that can be explained, the likeliest first. */
  readonly requests: readonly { readonly url: string; readonly words: string }[];
  readonly objects: readonly ObjectRow[];
}

const mostRequests = 4;
const mostObjects = 8;

/** A host, a path or a URL becomes requests; a name finds objects. */
export function search(text: string, rows: readonly ObjectRow[], ir: Ir): Found {
  const wanted = text.trim();
  if (wanted === '') return { requests: [], objects: [] };
  const objects = filterObjects(rows, { text: wanted });
  const exact = objects.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  return { requests: requestsFor(wanted, ir), objects: [...exact, ...objects.filter((it) => !exact.includes(it))].slice(0, mostObjects) };
}

function requestsFor(text: string, ir: Ir): Found['requests'] {
  if (/^(?:https?|tcp|tls|udp):\/\/\S+$/i.test(text)) return [{ url: text, words: 'as written' }];
  const parts = /^([^/?\s:]*)(?::(\d{1,5}))?([/?]\S*)?$/.exec(text);
  if (parts === null || !/[./]|^localhost/.test(text)) return [];
  const [, host = '', port, target = '/'] = parts;
  const listeners = Object.values(ir.listeners).filter((it) => port === undefined || it.port === Number(port));
  const fitting = listeners.filter(({ hostname }) => host === '' || covers(hostname, host.toLowerCase()));
  const urls = new Map((fitting.length > 0 ? fitting : listeners).map((it): [string, string] => [urlAt(it, host, target), `listener ${it.origin.section ?? ''} of ${(it.origin.parent ?? it.origin).name}`]));
  if (urls.size === 0 && host !== '') return [{ url: `http://${host}${port === undefined ? '' : `:${port}`}${target}`, words: 'no listener has this port' }];
  return [...urls].slice(0, mostRequests).map(([url, words]) => ({ url, words }));
}

function urlAt({ protocol, port, hostname }: Listener, host: string, target: string): string {
  const name = host === '' ? hostname.replace(/^\*\./, 'www.') || 'example.com' : host;
  return `${protocol}://${name}${port === (protocol === 'https' ? 443 : 80) ? '' : `:${port}`}${target}`;
}
