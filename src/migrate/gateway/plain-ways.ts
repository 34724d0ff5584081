import type { Location, Server } from '../nginx/server.ts';
import type { Way, Ways } from './way.ts';

/** Prefixes are as the Gateway API has them where the Ingress said Prefix; ImplementationSpecific ones stop anywhere, so they become expressions. */
export function plainWays({ locations }: Server): Ways {
  const open = locations.filter((it) => it.modifier === 'prefix' && !it.path.endsWith('/') && !isGrpc(it));
  const ways = locations.flatMap((location): Way[] => {
    const { path, modifier } = location;
    const stem = path.slice(0, -1);
    const isUnder = open.some((it) => it !== location && path.startsWith(it.path));
    const redirect: Way[] = path !== '/' && path.endsWith('/') && !locations.some((it) => it.path === stem) ? [{ location, matches: [{ type: 'Exact', value: stem }], isSlashRedirect: true, loses: [] }] : [];
    if (modifier === 'exact') {
      if (locations.some((it) => it.modifier === 'prefix' && it.path === path && it.at === location.at && it.ingress === location.ingress)) return [];
      const whole = locations.find((it) => it.path === `${path}/` && it.at === location.at && it.ingress === location.ingress);
      if (whole !== undefined && !open.some((it) => whole.path.startsWith(it.path))) return [];
      return [{ location, matches: [{ type: 'Exact', value: path }], loses: [] }, ...redirect];
    }
    if (path === '/') return [{ location, matches: [{ type: 'PathPrefix', value: '/' }], loses: [] }];
    if (isGrpc(location) && !path.endsWith('/')) return [{ location, matches: [{ type: 'PathPrefix', value: path }], loses: ['boundary'] }];
    if (!path.endsWith('/') || isUnder) return [{ location, matches: [{ type: 'RegularExpression', value: `${quoted(asSent(path))}.*` }], loses: [] }, ...redirect];
    return [{ location, matches: [{ type: 'PathPrefix', value: stem }], loses: [] }, ...redirect];
  });
  return { ways, without: [] };
}

/** Calls name a service between two slashes, so nobody misses paths that go on without one. */
function isGrpc({ settings }: Location): boolean {
  return /^GRPCS?$/.test(settings.protocol);
}

/** A text as an expression for itself. */
function quoted(path: string): string {
  return path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A path as clients encode it. */
export function asSent(path: string): string {
  return path.replace(/[^-A-Za-z0-9/._~!$&'()*+,;=:@%]+/gu, (part) => encodeURIComponent(part));
}
