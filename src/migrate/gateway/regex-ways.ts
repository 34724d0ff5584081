import { isRewritten } from '../nginx/blocks.ts';
import type { Location, Server } from '../nginx/server.ts';
import { parsePattern } from '../pattern/parse.ts';
import { type PrefixRewrite, prefixRewritesOf } from './rewrite-shape.ts';
import type { CheckRegex, NoWay, PathMatch, Way, Ways } from './way.ts';
import { inOrder, softened, withoutEarlier, withoutNeed } from './way-order.ts';

/** Every path is an expression without regard to case that must match from the begin on, in nginx's order. */
export function regexWays(server: Server, check: CheckRegex): Ways {
  const without: NoWay[] = [];
  const drafts: Way[] = [];
  const all = server.locations.findIndex(({ path }) => isEverything(path));
  const reached = all < 0 ? server.locations : server.locations.slice(0, all + 1);
  for (const location of server.locations.slice(reached.length)) {
    if (location.at !== undefined) without.push({ location, isUnreached: true, why: `path ${location.written} is never reached: ${reached.at(-1)?.written} is longer text, so nginx tries it first, and it matches every path` });
  }
  for (const location of reached) {
    const way = regexWay(location, check);
    if (typeof way === 'string') without.push({ location, why: way });
    else drafts.push(...way);
  }
  const ways = softened(withoutEarlier(drafts), without);
  for (const { location } of drafts) {
    if (ways.some((it) => it.location.at === location.at && it.location.ingress === location.ingress) || without.some((it) => it.location === location)) continue;
    without.push({ location, isUnreached: true, why: `path ${location.written} is never reached: a path that nginx tries earlier takes all that begins with it` });
  }
  return { ways: inOrder(withoutNeed(ways)), without };
}

const everything: PathMatch = { type: 'PathPrefix', value: '/' };

/** `/`, `/.*`, `/(.*)`: nginx never gets behind these. */
function isEverything(path: string): boolean {
  return path === '/' || /^\^?\/?\(?\.\*\)?\$?$/.test(path);
}

/** One location as a gateway asks for it; a sentence where it cannot. */
export function regexWay(location: Location, check: CheckRegex): Way[] | string {
  const { path, settings } = location;
  // Nothing of the Ingress's own: 404, or a redirect to https.
  if (location.upstream === undefined) return [{ location, matches: [everything], loses: [] }];
  // A redirect is answered before anything is rewritten.
  const target = isRewritten(location) && settings.redirect === undefined ? filled(settings.rewriteTarget, path) : '';
  if (/\$\d/.test(target)) return rewriteWays(location, target);
  const change = target === '' ? {} : { path: { kind: 'full' as const, value: target } };
  if (isEverything(path)) return [{ location, matches: [everything], ...change, loses: [] }];
  const expression = expressionFor(path);
  const problem = typeof parsePattern(path) === 'string' ? parsePattern(path) as string : check(expression);
  if (problem !== undefined) return `path ${path} cannot be said in RE2, the dialect of gateways: ${problem}`;
  return [{ location, matches: [{ type: 'RegularExpression', value: expression }], ...change, loses: [] }];
}

/** A target without the captures that a path does not have: nginx puts nothing there. */
function filled(target: string, path: string): string {
  const parsed = parsePattern(path);
  return typeof parsed === 'string' ? target : target.replace(/\$(\d)/g, (whole, index: string) => (Number(index) > parsed.captures ? '' : whole));
}

/** `location ~* "^PATH"` as an expression that must match the whole path. */
function expressionFor(path: string): string {
  const parsed = parsePattern(path);
  if (typeof parsed !== 'string' && parsed.options.length > 1) return `(?i).*(?:^${path}).*`;
  const body = path.replace(/^\^/, '');
  if (/(?:^|[^\\])\$$/.test(body)) return `(?i)${body.slice(0, -1)}`;
  return /\.\*\)?$/.test(body) && !/\\\.\*\)?$/.test(body) ? `(?i)${body}` : `(?i)${body}.*`;
}

/** A rewrite that keeps the rest of the path is one of a prefix, and other rewrites with captures have no equal. */
function rewriteWays(location: Location, target: string): Way[] | string {
  const rewrites = prefixRewritesOf(location.path, target);
  if (rewrites === undefined) return `rewrite-target ${target} of path ${location.path} puts captures together in a way that the Gateway API, which knows whole paths and prefixes, has no words for`;
  return rewrites.flatMap((it) => wayOfRewrite(location, it));
}

function wayOfRewrite(location: Location, { prefix, replacement, bare, loses }: PrefixRewrite): Way[] {
  const isSame = replacement.replace(/\/$/, '') === prefix.replace(/\/$/, '');
  const way: Way = { location, matches: [{ type: 'PathPrefix', value: prefix }], ...(isSame ? {} : { path: { kind: 'prefix', value: replacement } }), loses: prefix === '/' ? loses : [...loses, 'case'] };
  return bare === undefined ? [way] : [way, { location, matches: [{ type: 'Exact', value: prefix }], path: { kind: 'full', value: bare }, isBare: true, loses: [] }];
}
