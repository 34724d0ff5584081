import type { Server } from '../nginx/server.ts';
import type { Way, Ways } from './way.ts';

/** Prefixes and exact paths, which a Gateway reads as nginx does. */
export function plainWays({ locations }: Server): Ways {
  const ways = locations.flatMap((location): Way[] => {
    const { path, modifier } = location;
    const stem = path.slice(0, -1);
    const redirect: Way[] = path !== '/' && path.endsWith('/') && !locations.some((it) => it.path === stem) ? [{ location, matches: [{ type: 'Exact', value: stem }], isSlashRedirect: true, loses: [] }] : [];
    if (modifier === 'exact') {
      const isWithBelow = locations.some((it) => it.modifier === 'prefix' && (it.path === path || it.path === `${path}/`) && it.at === location.at && it.ingress === location.ingress);
      return isWithBelow ? [] : [{ location, matches: [{ type: 'Exact', value: path }], loses: [] }, ...redirect];
    }
    if (path === '/') return [{ location, matches: [{ type: 'PathPrefix', value: '/' }], loses: [] }];
    return [{ location, matches: [{ type: 'PathPrefix', value: stem }], loses: [] }, ...redirect];
  });
  return { ways, without: [] };
}

/** A path as clients encode it. */
export function asSent(path: string): string {
  return path.replace(/[^-A-Za-z0-9/._~!$&'()*+,;=:@%]+/gu, (part) => encodeURIComponent(part));
}
