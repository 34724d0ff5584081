import { asRegExp } from '../nginx/find.ts';
import type { Location, Server } from '../nginx/server.ts';
import { parsePattern } from '../pattern/parse.ts';
import { samplesOf } from '../pattern/samples.ts';
import { isRewritten } from '../nginx/blocks.ts';
import { type Loss, type PrefixRewrite, prefixRewritesOf } from './rewrite-shape.ts';

export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
}

/** What a location is in routes: its matches, with what happens to the path. */
export interface Way {
  readonly location: Location;
  readonly matches: readonly PathMatch[];
  /** Absent: the path stays. */
  readonly path?: PathChange;
  /** The path without its slash at the end is redirected to it. */
  readonly isSlashRedirect?: true;
  /** The prefix itself, which a replaced prefix would leave without the slash at its end. */
  readonly isBare?: true;
  readonly loses: readonly (Loss | 'case')[];
}

export type PathChange = { readonly kind: 'full'; readonly value: string } | { readonly kind: 'prefix'; readonly value: string };

/** A location for which there is no way, and why. */
export interface NoWay {
  readonly location: Location;
  readonly why: string;
  /** nginx never gets there either. */
  readonly isUnreached?: true;
}

export interface Ways {
  readonly ways: readonly Way[];
  readonly without: readonly NoWay[];
}

/** `as-nginx`: what nginx makes of paths; `as-written`: what their path types say. */
export type Reading = 'as-nginx' | 'as-written';

/** Words on what RE2 does not accept; undefined where it does. */
export type CheckRegex = (expression: string) => string | undefined;

export function waysOf(server: Server, reading: Reading, check: CheckRegex): Ways {
  const { ways, without } = reading === 'as-written' ? writtenWays(server, check) : server.isRegex ? regexWays(server, check) : plainWays(server);
  return { ways: ways.map((way) => ({ ...way, matches: way.matches.map(sendable) })), without };
}

/** nginx compares decoded paths, gateways what clients send: characters that no path has on its way are written as clients encode them. */
function sendable({ type, value }: PathMatch): PathMatch {
  return { type, value: type === 'RegularExpression' ? value.replace(/[^\x21-\x7e]+/gu, (part) => encodeURIComponent(part)) : asSent(value) };
}

function asSent(path: string): string {
  return path.replace(/[^-A-Za-z0-9/._~!$&'()*+,;=:@%]+/gu, (part) => encodeURIComponent(part));
}

/** Prefixes are as the Gateway API has them where the Ingress said Prefix; ImplementationSpecific ones stop anywhere, so they become expressions. */
function plainWays({ locations }: Server): Ways {
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
export function quoted(path: string): string {
  return path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Every path is an expression without regard to case that must match from the begin on, in nginx's order. */
function regexWays(server: Server, check: CheckRegex): Ways {
  const without: NoWay[] = [];
  const drafts: Way[] = [];
  const all = server.locations.findIndex(({ path }) => path === '/' || /^\^?\/?\(?\.\*\)?\$?$/.test(path.replace(/^\//, '')));
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

/** An exact path is asked before all expressions, so it goes where nginx asks one of them earlier. */
function withoutEarlier(ways: readonly Way[]): Way[] {
  return ways.filter(({ isBare, location, matches: [match] }, index) => isBare !== true || !ways.slice(0, index).some((it) => it.location !== location && asRegExp(`^${it.location.path}`)?.test(match?.value ?? '') === true));
}

const everything: PathMatch = { type: 'PathPrefix', value: '/' };

function regexWay(location: Location, check: CheckRegex): Way[] | string {
  const { path, settings } = location;
  // Nothing of the Ingress's own: 404, or a redirect to https.
  if (location.upstream === undefined) return [{ location, matches: [everything], loses: [] }];
  // A redirect is answered before anything is rewritten.
  const target = isRewritten(location) && settings.redirect === undefined ? filled(settings.rewriteTarget, path) : '';
  if (/\$\d/.test(target)) return rewriteWays(location, target);
  const change = target === '' ? {} : { path: { kind: 'full' as const, value: target } };
  if (path === '/' || /^\/?\(?\.\*\)?\$?$/.test(path)) return [{ location, matches: [everything], ...change, loses: [] }];
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
export function expressionFor(path: string): string {
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

/**
 * A prefix loses against every expression of its host. Where nginx asks the expression later, that becomes a prefix too, if it is a plain one; else it is left out, or it would take
 * what is rewritten.
 */
function softened(ways: readonly Way[], without: NoWay[]): Way[] {
  const prefixes = ways.flatMap((it, index) => (it.matches[0]?.type === 'PathPrefix' && it.matches[0].value !== '/' ? [{ index, path: it.location.path, prefix: it.matches[0].value }] : []));
  return ways.flatMap((way, index): Way | readonly Way[] => {
    const { location: { path } } = way;
    const [match] = way.matches;
    const asked = match?.type === 'RegularExpression' ? prefixes.filter((it) => it.index < index && overlaps(it.path, path)) : [];
    if (match === undefined || asked.length === 0) return way;
    if (!/^[-\w/.~]+$/.test(path)) {
      without.push({ location: way.location, why: `path ${way.location.written} is an expression, and a Gateway would ask it before ${asked[0]?.path}, which is rewritten and which nginx asks first` });
      return [];
    }
    if (asked.some((it) => path.startsWith(`${it.prefix}/`) && asRegExp(`^${it.path}`)?.test(path) === true)) return [];
    // What nginx leaves for a path that is rewritten as a prefix too are paths that go on without a slash.
    if (asked.some(({ prefix }) => prefix === path)) return { ...way, matches: [{ ...match, value: `(?i)${path}[^/].*` }] };
    return { ...way, matches: [{ type: 'PathPrefix', value: path.replace(/(.)\/$/, '$1') }], loses: ['case', 'boundary'] };
  });
}

/** The block for what is below a path says nothing that the path's own does not, unless one between the two takes something of it. */
function withoutNeed(ways: readonly Way[]): Way[] {
  return ways.filter(({ location: { at, ingress, path } }, index) => {
    const own = ways.findIndex((it, other) => other > index && it.location.at === at && it.location.ingress === ingress && `${it.location.path}/` === path && it.matches[0]?.type === 'RegularExpression' && !it.matches[0].value.includes('[^/]'));
    return own < 0 || ways.slice(index + 1, own).some((it) => overlaps(path, it.location.path));
  });
}

/** Do two expressions take a path in common? Found out by what each is made to match. */
function overlaps(path: string, other: string): boolean {
  return takesOf(path, other) || takesOf(other, path);
}

function takesOf(path: string, other: string): boolean {
  const parsed = parsePattern(path);
  return typeof parsed !== 'string' && samplesOf(parsed).some((it) => asRegExp(`^${other}`)?.test(it) === true);
}

/** Gateways ask longer expressions first; one that nginx asks earlier than another that takes the same is made longer where it is not, with what means nothing. */
function inOrder(ways: readonly Way[]): Way[] {
  const later: { readonly path: string; readonly length: number }[] = [];
  return ways.toReversed().map((way): Way => {
    const { location: { path }, matches: [match] } = way;
    if (match?.type !== 'RegularExpression') return way;
    const most = Math.max(0, ...later.filter((it) => it.length >= match.value.length && overlaps(path, it.path)).map(({ length }) => length));
    const value = most === 0 ? match.value : match.value + '(?:)'.repeat(Math.floor((most - match.value.length) / 4) + 1);
    later.push({ path, length: value.length });
    return { ...way, matches: [{ ...match, value }] };
  }).toReversed();
}

/** Prefix and Exact mean what they say; other paths are expressions where the Ingress says so, else prefixes. */
function writtenWays({ locations }: Server, check: CheckRegex): Ways {
  const without: NoWay[] = [];
  const firsts = locations.filter((it, index) => locations.findIndex((other) => other.at === it.at && other.ingress === it.ingress) === index);
  const ways = firsts.flatMap((location): Way[] => {
    const way = writtenWay(location, check);
    if (typeof way !== 'string') return way;
    without.push({ location, why: way });
    return [];
  });
  return { ways, without };
}

function writtenWay(location: Location, check: CheckRegex): Way[] | string {
  const { written, pathType, settings } = location;
  const isPlain = /^[-\w/.~%!$&'*+,;=:@]+$/.test(written) && !(settings.useRegex && pathType === 'ImplementationSpecific' && /[*+$]/.test(written));
  if (!isPlain || /\$\d/.test(settings.rewriteTarget)) return regexWay({ ...location, path: written, modifier: 'regex' }, check);
  const change = isRewritten(location) ? { path: { kind: 'full' as const, value: settings.rewriteTarget } } : {};
  return [{ location, matches: [{ type: pathType === 'Exact' ? 'Exact' : 'PathPrefix', value: written }], ...change, loses: [] }];
}
