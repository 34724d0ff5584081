import { prefix } from '../annotations/values.ts';
import type { Location, Server } from '../nginx/server.ts';
import { handlingOf } from './action.ts';
import type { Context } from './context.ts';
import { corsFilter, pathRedirect, toHttps, urlRedirect } from './filters.ts';
import { heldBackBy } from './guards.ts';
import { waysOf, type Way } from './paths.ts';
import type { Piece, RuleMatch } from './piece.ts';
import { splitsOf } from './shares.ts';

/** The rules of a server, in nginx's order. */
export function piecesOf(server: Server, context: Context): Piece[] {
  const { ways, without } = waysOf(server, context.reading, context.check);
  for (const { location, why } of without) context.notes.add({ ingress: location.ingress.key, fate: 'held-back', says: why });
  const held = new Map(server.locations.map(({ ingress }) => [ingress.key, ingress]).map(([key, ingress]) => [key, heldBackBy(ingress as Location['ingress'], context)] as const));
  const own = ways.filter(({ location }) => held.get(location.ingress.key)?.length === 0).flatMap((way) => pieces(way, server, context));
  return [...rootRedirect(server), ...own];
}

/** app-root is asked before any location. */
function rootRedirect({ locations }: Server): Piece[] {
  const found = locations.find(({ settings }) => settings.appRoot !== '');
  if (found === undefined) return [];
  const rule = { matches: [{ path: { type: 'Exact' as const, value: '/' } }], filters: [pathRedirect(found.settings.appRoot, 302)] };
  return [{ ingress: found.ingress, side: 'both', kind: 'HTTPRoute', rule, because: [`${prefix}app-root`] }];
}

function pieces(way: Way, server: Server, context: Context): Piece[] {
  const { location, matches } = way;
  const { ingress, settings, upstream, path } = location;
  noteLosses(way, context);
  const base = { ingress, kind: 'HTTPRoute' as const };
  const at = matches.map((it): RuleMatch => ({ path: it }));
  if (way.isSlashRedirect === true) return [{ ...base, side: 'both', rule: { matches: at, filters: [pathRedirect(path, 301)] }, because: [`nginx answers ${path.slice(0, -1)} with a redirect to ${path}`] }];
  const redirect = ownRedirect(way, context);
  if (redirect !== undefined) return redirect === 'none' ? [] : [{ ...base, side: 'both', rule: { matches: at, filters: redirect }, because: [`path ${location.written}: ${prefix}${settings.redirect?.annotation ?? 'rewrite-target'}`] }];
  const toTls = settings.forceSslRedirect || (settings.sslRedirect && server.certificate !== undefined);
  const cors = settings.cors === undefined || settings.cors.origins.every((it) => it === 'null') ? [] : [corsFilter(settings.cors)];
  const redirected: Piece[] = toTls ? [{ ...base, side: 'http', rule: { matches: at, filters: [...cors, toHttps] }, because: [] }] : [];
  if (upstream === undefined) return redirected;
  const splits = splitsOf(upstream, ingress.ref.namespace, context.surroundings, context.check);
  if (typeof splits === 'string') {
    context.notes.add({ ingress: ingress.key, fate: 'held-back', says: splits });
    return [];
  }
  const handling = handlingOf(location, way.path, context);
  const kind = kindOf(way, context);
  return [...redirected, ...splits.map(({ headers, backendRefs }, index): Piece => ({
    ingress, kind, side: toTls ? 'https' : 'both', because: [...reasonsOf(way), ...(headers === undefined || index > 0 ? [] : [`canary of Ingress ${upstream.canary?.ingress.key}`])],
    rule: { matches: at.map((it) => ({ ...it, ...(headers === undefined ? {} : { headers }) })), ...handling, backendRefs },
  }))];
}

/** The redirect that a location answers itself; `none` where it cannot be said. */
function ownRedirect({ location: { ingress, settings }, path }: Way, { notes }: Context): Piece['rule']['filters'] | 'none' | undefined {
  const target = settings.redirect ?? (path?.kind === 'full' && /^https?:\/\//.test(path.value) ? { url: path.value, code: 302, annotation: 'rewrite-target' } : undefined);
  if (target === undefined) return undefined;
  const filter = urlRedirect(target.url, target.code);
  if (typeof filter === 'string') {
    notes.annotation(ingress, target.annotation, 'held-back', [`${filter}, so the paths of this Ingress are left out`, 'let a backend answer with the redirect']);
    return 'none';
  }
  if (target.url.includes('$request_uri')) notes.annotation(ingress, target.annotation, 'partly', ['a RequestRedirect that keeps path and query, as it is meant; since v1.12 ingress-nginx takes no $ there and ignores the annotation']);
  else if (target.annotation !== 'rewrite-target') notes.annotation(ingress, target.annotation, 'partly', ['a RequestRedirect, which hands the query of the request on, where nginx drops it']);
  return [...(settings.cors === undefined ? [] : [corsFilter(settings.cors)]), filter];
}

function kindOf({ location: { ingress, settings }, matches, path }: Way, { notes }: Context): Piece['kind'] {
  if (!/^GRPCS?$/.test(settings.protocol)) return 'HTTPRoute';
  if (path === undefined && matches.every(isGrpcMatch)) return 'GRPCRoute';
  notes.annotation(ingress, 'backend-protocol', 'partly', ['an HTTPRoute, since a GRPCRoute matches services and methods, and this path is neither', 'set appProtocol: kubernetes.io/h2c on the port of the Service']);
  return 'HTTPRoute';
}

function isGrpcMatch({ type, value }: Way['matches'][number]): boolean {
  return type === 'PathPrefix' ? value === '/' || /^\/[\w.]+$/.test(value) : type === 'Exact' && /^\/[\w.]+\/\w+$/.test(value);
}

/** Where a rule is other than its Ingress reads. */
function reasonsOf({ location: { written, pathType, settings, modifier }, matches, path }: Way): string[] {
  const [match] = matches;
  const isOther = match?.type === 'RegularExpression' && modifier === 'regex';
  const why = isOther && !settings.useRegex && settings.rewriteTarget === '' ? `, an expression because another path of the host is one` : '';
  const type = isOther ? `path ${written} (${pathType}), which nginx reads as the beginning of a path, without regard to case${why}` : `path ${written} (${pathType})`;
  return [type, ...(path === undefined ? [] : [`${prefix}rewrite-target: ${settings.rewriteTarget}`])];
}

const lossWords: Readonly<Record<string, (written: string) => string>> = {
  boundary: (written) => `a prefix ends at a slash: paths that go on otherwise, which nginx takes for ${written} too, are not taken`,
  bare: (written) => `${written} takes the path without its slash too, which nginx does not`,
  slashes: () => 'where nginx sends two slashes, one is sent',
  case: (written) => `a prefix is compared with regard to case, and nginx compares ${written} without`,
};

function noteLosses({ location: { ingress, settings, written }, loses }: Way, { notes }: Context): void {
  for (const loss of loses) notes.annotation(ingress, settings.rewriteTarget === '' ? 'use-regex' : 'rewrite-target', 'partly', [lossWords[loss]!(written)]);
}
