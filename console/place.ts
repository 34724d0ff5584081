import { useEffect, useState } from 'preact/hooks';

/** Of several things that one program looks after, each has a console of its own: `/console/of/NAME/`. */
const own = /^\/console\/of\/([^/]+)\//.exec(location.pathname);
const base = own?.[0] ?? '/console/';

/** Which of them it is; undefined for the first. */
export const source: string | undefined = own === null ? undefined : decodeURIComponent(own[1]!);

/** The console of another one. */
export function sourceHref(name: string): string {
  return `/console/of/${encodeURIComponent(name)}/`;
}

/** Where a person is: all of it is in the URL, so that it can be sent to somebody else. */
export interface Place {
  /** Parts of the path behind `/console/`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

export type Query = Readonly<Record<string, string | undefined>>;

/** The URL of a place; what is empty is left out. */
export function href(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter((it): it is [string, string] => it[1] !== undefined && it[1] !== '');
  const text = new URLSearchParams(given).toString();
  return `${base}${path.split('/').map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** The page of an object: `httproute/shop/cart`, `listener/shop/web/http`. */
export function objectHref(key: string): string {
  return href(`object/${key}`);
}

const moved = 'console:moved';

/** Goes there. `replace`: what was typed so far is no place to come back to. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  dispatchEvent(new CustomEvent(moved, { detail: how }));
}

/** Changes some of the query, and stays. */
export function setQuery(place: Place, change: Query): void {
  go(href(place.path.join('/'), { ...Object.fromEntries(place.query), ...change }), 'replace');
}

function here(): Place {
  const { pathname, search } = location;
  return { path: pathname.slice(base.length).split('/').filter((it) => it !== '').map(decodeURIComponent), query: new URLSearchParams(search) };
}

export function usePlace(): Place {
  const [place, setPlace] = useState(here);
  useEffect(() => {
    const update = (): void => setPlace(here());
    addEventListener('popstate', update);
    addEventListener(moved, update);
    return () => {
      removeEventListener('popstate', update);
      removeEventListener(moved, update);
    };
  }, []);
  return place;
}

/** Clicks on links of the console do not load the page anew; all other ways to open a link stay as they are. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || !link.pathname.startsWith(base) || link.target !== '') return;
    event.preventDefault();
    go(link.href);
  });
}
