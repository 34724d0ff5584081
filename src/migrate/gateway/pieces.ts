import { prefix, valuesOf } from '../annotations/values.ts';
import { catchAll, type Location, type Server, type Upstream } from '../nginx/server.ts';
import { handlingOf } from './action.ts';
import type { Context } from './context.ts';
import { corsFilter, type Filter, pathRedirect, toHttps, urlRedirect } from './filters.ts';
import { heldBackBy } from './guards.ts';
import type { Way } from './way.ts';
import { waysOf } from './ways.ts';
import type { Piece, RuleMatch } from './piece.ts';
import { splitsOf } from './shares.ts';

/** The rules of a server, in nginx's order. */
export function piecesOf(server: Server, context: Context): Piece[] {
  const { ways, without } = waysOf(server, context.reading, context.check);
  for (const { location, why, isUnreached } of without) {
    context.notes.add({ ingress: location.ingress.key, path: location.written, fate: isUnreached === true ? 'needless' : 'held-back', says: why });
  }
  const held = heldBack(server, context);
  for (const { ingress } of server.locations.filter(({ settings }) => settings.appRoot !== '')) context.notes.annotation(ingress, 'app-root', 'partly', [rootWords]);
  if (context.reading === 'as-written') noteReadings(server, context);
  const own = ways.filter(({ location }) => !held.has(location.ingress.key)).flatMap((way) => pieces(way, server, context));
  const root = rootRedirect(server, held);
  const isRoot = ({ rule }: Piece): boolean => rule.matches.every(({ path }) => path.type === 'Exact' && path.value === '/');
  return [...root, ...(root.length === 0 ? own : own.filter((it) => !isRoot(it)))];
}

/** The Ingresses of a server whose paths are left out; what guards the whole host leaves out all. */
function heldBack({ locations, host }: Server, context: Context): ReadonlySet<string> {
  const ingresses = [...new Map(locations.map(({ ingress }) => [ingress.key, ingress])).values()];
  if (context.config.guards.length > 0) {
    const says = `everything is guarded by ${context.config.guards.join(' and ')} of the controller's ConfigMap`;
    for (const { key } of ingresses) context.notes.add({ ingress: key, fate: 'held-back', says });
    return new Set(ingresses.map(({ key }) => key));
  }
  const names = ingresses.map((ingress) => ({ ingress, names: heldBackBy(ingress, host, context) }));
  const whole = names.find((it) => it.names.some((name) => guardsHost.has(name)));
  if (whole === undefined) return new Set(names.filter((it) => it.names.length > 0).map(({ ingress }) => ingress.key));
  const says = `host ${host} is guarded by ${whole.names.join(' and ')} of Ingress ${whole.ingress.key}, which counts for all paths of the host, so they are left out too`;
  for (const { ingress } of names) if (ingress !== whole.ingress) context.notes.add({ ingress: ingress.key, fate: 'held-back', says });
  return new Set(names.map(({ ingress }) => ingress.key));
}

/** These stand in the server, and not in a location. */
const guardsHost: ReadonlySet<string> = new Set(['auth-tls-secret', 'auth-tls-match-cn', 'server-snippet']);

/** What nginx makes of paths, and is not written. */
function noteReadings({ locations, isRegex }: Server, { notes }: Context): void {
  for (const { ingress, writtenType: pathType, written, upstream } of locations) {
    const isRead = isRegex || (written.endsWith('/') && written !== '/');
    if (isRead && upstream !== undefined) notes.add({ ingress: ingress.key, fate: 'partly', says: `taken as written (--paths as-written): path ${written} (${pathType}) means less, or other, requests than nginx makes of it` });
  }
}

const rootWords = 'an exact match of / with a RequestRedirect, which hands the query of the request on, where nginx drops it';

/** app-root is asked before any location. */
function rootRedirect({ locations }: Server, held: ReadonlySet<string>): Piece[] {
  const found = locations.find(({ settings, ingress }) => settings.appRoot !== '' && !held.has(ingress.key));
  if (found === undefined) return [];
  const rule = { matches: [{ path: { type: 'Exact' as const, value: '/' } }], filters: [pathRedirect(found.settings.appRoot, 302)] };
  return [{ ingress: found.ingress, side: 'both', kind: 'HTTPRoute', rule, because: [`${prefix}app-root: ${found.settings.appRoot}`] }];
}

function pieces(way: Way, server: Server, context: Context): Piece[] {
  const { location, matches } = way;
  const { ingress, settings, path } = location;
  noteLosses(way, context);
  const at = matches.map((it): RuleMatch => ({ path: it }));
  const own = (filters: readonly Filter[], because: string): Piece => ({ ingress, kind: 'HTTPRoute', side: 'both', rule: { matches: at, filters }, because: [because] });
  if (way.isSlashRedirect === true) return [own([pathRedirect(path, 301)], `nginx answers ${path.slice(0, -1)} with a redirect to ${path}`)];
  const redirect = ownRedirect(way, context);
  if (redirect !== undefined) return redirect === 'none' ? [] : [own(redirect, `path ${location.written}: ${prefix}${settings.redirect?.annotation ?? 'rewrite-target'}`)];
  const toTls = settings.forceSslRedirect || (settings.sslRedirect && server.certificate !== undefined);
  const redirected: Piece[] = toTls ? [{ ingress, kind: 'HTTPRoute', side: 'http', rule: { matches: at, filters: [...preflights(location), toHttps(server.redirectCode)] }, because: [] }] : [];
  if (location.upstream === undefined) return redirected;
  if (server.certificate !== undefined && !toTls) context.notes.annotation(ingress, 'ssl-redirect', 'translated', ['served over http and https, as it says; lint calls that plain-http']);
  return [...redirected, ...forwarding(way, location.upstream, toTls ? 'https' : 'both', context)];
}

/** Preflights are answered before anything is redirected. */
function preflights({ settings: { cors } }: Location): Filter[] {
  return cors === undefined || cors.origins.every((it) => it === 'null') ? [] : [corsFilter(cors)];
}

const unspokenWords: Readonly<Record<string, string>> = {
  FCGI: 'FastCGI is not spoken, so the paths of this Ingress are left out',
  AUTO_HTTP: 'a backend is spoken to in one way, and not as each client spoke, so the paths of this Ingress are left out',
};

/** The rules that lead to the backends of a location. */
function forwarding(way: Way, upstream: Upstream, side: Piece['side'], context: Context): Piece[] { // oxlint-disable-line max-params -- what, where to, on which side.
  const { location, matches } = way;
  const { ingress } = location;
  const unspoken = unspokenWords[location.settings.protocol];
  if (unspoken !== undefined) {
    context.notes.annotation(ingress, 'backend-protocol', 'held-back', [unspoken, 'let the backend speak HTTP']);
    return [];
  }
  const splits = splitsOf(upstream, ingress.ref.namespace, context.surroundings, context.check);
  if (typeof splits === 'string') {
    context.notes.add({ ingress: ingress.key, path: location.written, fate: 'held-back', says: splits });
    return [];
  }
  const { settings: { rewriteTarget }, written } = location;
  if (way.path?.kind === 'full' && way.isBare !== true && /\$\d/.test(rewriteTarget)) {
    context.notes.annotation(ingress, 'rewrite-target', 'translated', [`a URLRewrite filter; path ${written} has not the captures of ${rewriteTarget}, so whatever it takes becomes ${way.path.value}, as in ingress-nginx`]);
  }
  noteCanary(location, context);
  const handling = handlingOf(location, way.path, context);
  const kind = kindOf(way, handling.filters ?? [], context);
  return splits.map(({ headers, backendRefs }, index): Piece => ({
    ingress, kind, side, because: [...reasonsOf(way), ...(headers === undefined || index > 0 ? [] : [`canary of Ingress ${upstream.canary?.ingress.key}`])],
    rule: { matches: matches.map((path) => ({ path, ...(headers === undefined ? {} : { headers }) })), ...handling, backendRefs },
  }));
}

/** A canary is for whatever leads to the main Service, also where its own Ingress says nothing. */
function noteCanary({ upstream, written, host }: Location, { notes }: Context): void {
  const { ingress } = upstream?.canary ?? {};
  const isOwn = ingress?.rules.some((it) => (it.host === '' ? catchAll : it.host) === host && it.paths.some(({ path }) => path === written));
  if (ingress !== undefined && isOwn === false) notes.annotation(ingress, 'canary', 'translated', [`matches and weights; also for host ${host} path ${written}, which leads to the same Service, since ingress-nginx asks the canary there too`]);
}

/** The redirect that a location answers itself; `none` where it cannot be said. */
function ownRedirect({ location, path }: Way, { notes }: Context): readonly Filter[] | 'none' | undefined {
  const { ingress, settings } = location;
  const target = settings.redirect ?? (path?.kind === 'full' && /^https?:\/\//.test(path.value) ? { url: path.value, code: 302, annotation: 'rewrite-target' } : undefined);
  if (target === undefined) return undefined;
  const filter = urlRedirect(target.url, target.code);
  if (typeof filter === 'string') {
    notes.annotation(ingress, target.annotation, 'held-back', [`${filter}, so the paths of this Ingress are left out`, 'let a backend answer with the redirect']);
    return 'none';
  }
  if (target.url.includes('$request_uri')) notes.annotation(ingress, target.annotation, 'partly', ['a RequestRedirect that keeps path and query, as it is meant; where ingress-nginx validates annotations it takes no $ there, and leaves the whole Ingress out']);
  else if (target.annotation !== 'rewrite-target') notes.annotation(ingress, target.annotation, 'partly', ['a RequestRedirect, which hands the query of the request on, where nginx drops it']);
  return [...preflights(location), filter];
}

/** Filters that a GRPCRoute has. */
const ofGrpc: ReadonlySet<string> = new Set(['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestMirror']);

function kindOf({ location: { ingress, settings }, matches, path }: Way, filters: readonly Filter[], { notes }: Context): Piece['kind'] {
  if (!/^GRPCS?$/.test(settings.protocol)) return 'HTTPRoute';
  const isSaid = path === undefined && matches.every(isGrpcMatch) && filters.every(({ type }) => ofGrpc.has(type));
  if (isSaid && valuesOf(ingress).has('proxy-read-timeout')) notes.annotation(ingress, 'proxy-read-timeout', 'lost', ['a GRPCRoute has no timeouts; calls may take as long as they like']);
  if (isSaid) return 'GRPCRoute';
  notes.annotation(ingress, 'backend-protocol', 'partly', [
    'an HTTPRoute, since a GRPCRoute matches services and methods, and changes headers only', 'set appProtocol: kubernetes.io/h2c on the port of the Service',
  ]);
  return 'HTTPRoute';
}

function isGrpcMatch({ type, value }: Way['matches'][number]): boolean {
  return type === 'PathPrefix' ? value === '/' || /^\/[\w.]+$/.test(value) : type === 'Exact' && /^\/[\w.]+\/\w+$/.test(value);
}

/** Where a rule is other than its Ingress reads. */
function reasonsOf({ location: { written, writtenType, settings }, matches: [match], path, isBare }: Way): string[] {
  const type = `path ${written} (${writtenType})`;
  if (isBare === true) return [`${match?.value ?? ''} itself, whose rewrite ends in a slash`];
  const rewrite = path === undefined ? [] : [`${prefix}rewrite-target: ${settings.rewriteTarget}`];
  if (match?.type !== 'RegularExpression') return [type, ...rewrite];
  const because = settings.useRegex || settings.rewriteTarget !== '' ? '' : ', because another path of the host is an expression';
  const longer = match.value.endsWith('(?:)') ? ['(?:) only makes it longer than what nginx asks later, since gateways ask the longest expression first'] : [];
  return [`${type}, which nginx reads as the beginning of a path, without regard to case${because}`, ...rewrite, ...longer];
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
