import { prefixRewritesOf } from '../gateway/rewrite-shape.ts';
import { asRegExp } from '../nginx/find.ts';
import type { NginxRequest } from '../nginx/answer.ts';
import type { Location, Server } from '../nginx/server.ts';
import { normalUri } from '../nginx/uri.ts';
import type { ReportLine } from '../report.ts';
import type { Trait } from './requests.ts';
import type { Verdict } from './verdict.ts';

/** A request that the two sides treat otherwise. */
export interface Seen {
  readonly request: NginxRequest;
  readonly traits: readonly Trait[];
  readonly nginx: Verdict;
  readonly gateway: Verdict;
  /** Where nginx found it. */
  readonly location: Location | undefined;
  readonly server: Server | undefined;
  /** There is no Gateway. */
  readonly isEmpty: boolean;
}

/** Why the two differ, where that is told: for every Ingress, or in the report of this one. */
export function reasonOf(seen: Seen, lines: readonly ReportLine[]): string | undefined {
  const { location, server } = seen;
  const own = lines.filter(({ ingress }) => location?.ingress.key === ingress || server?.locations.some((it) => it.ingress.key === ingress) === true);
  return ofNothing(seen) ?? ofEverybody(seen) ?? ofHeldBack(seen, own) ?? ofReading(own) ?? ofQuery(seen, own) ?? ofLosses(seen, own);
}

/** Nothing is served on one side, or on both. */
function ofNothing({ nginx, gateway, isEmpty }: Seen): string | undefined {
  if (gateway.kind !== 'closed') return undefined;
  if (isEmpty) return 'no Gateway is made, since everything that it would serve is held back';
  return nginx.kind === 'answer' && nginx.status === 404 ? 'ingress-nginx answers 404 where it serves nothing; where a Gateway serves nothing it does not listen' : undefined;
}

/** What differs for every Ingress, by the trait of the requests that show it. */
const always: Readonly<Partial<Record<Trait, string>>> = {
  slashes: 'nginx merges slashes before it compares a path, and a Gateway does not',
  dots: 'nginx compares a path with its dot segments resolved and sends it as it came; a Gateway sends it resolved',
  encoded: 'nginx decodes a path before it compares it, and a Gateway does not',
  labels: 'a wildcard stands for one label in ingress-nginx, and for any number in a Gateway',
  options: 'nginx answers every OPTIONS of an allowed origin where CORS is on; a Gateway answers every preflight and nothing else',
};

function ofEverybody({ traits, nginx, gateway }: Seen): string | undefined {
  const usual = traits.map((it) => always[it]).find((it) => it !== undefined);
  if (usual !== undefined) return usual;
  if (traits.includes('preflight') && nginx.kind === 'answer' && nginx.status === 204 && gateway.kind === 'answer' && gateway.status === 404) return 'nginx answers preflights also where it serves nothing';
  return isSlashOfRedirect(nginx, gateway) ? 'ingress-nginx drops a slash at the end when it redirects to https or to another name, and a RequestRedirect keeps it' : undefined;
}

function isSlashOfRedirect(nginx: Verdict, gateway: Verdict): boolean {
  if (nginx.kind !== 'redirect' || gateway.kind !== 'redirect' || nginx.status !== gateway.status) return false;
  return gateway.location.replace(/\/$/, '') === nginx.location.replace(/:(?:80|443)(?=\/|$)/, '').replace(/\/$/, '');
}

function ofHeldBack({ location }: Seen, own: readonly ReportLine[]): string | undefined {
  const held = own.find(({ fate, ingress, path }) => fate === 'held-back' && (location === undefined || (ingress === location.ingress.key && (path === undefined || path === location.written))));
  return held === undefined ? undefined : `Ingress ${held.ingress} is held back: ${held.says}`;
}

function ofReading(own: readonly ReportLine[]): string | undefined {
  const written = own.find(({ says }) => says.startsWith('taken as written'));
  return written === undefined ? undefined : `Ingress ${written.ingress}: ${written.says}`;
}

function ofQuery({ nginx, gateway, request }: Seen, own: readonly ReportLine[]): string | undefined {
  const isQuery = request.target.includes('?') && nginx.kind === 'redirect' && gateway.kind === 'redirect' && gateway.location.replace(/\?.*$/, '').replace(/\/$/, '') === nginx.location.replace(/\/$/, '');
  return isQuery ? own.find(({ says }) => says.includes('hands the query'))?.says : undefined;
}

const words: Readonly<Partial<Record<Trait, RegExp>>> = { case: /regard to case/, boundary: /ends at a slash/ };

/** A loss that the report names explains requests that show it. */
function ofLosses({ location, request, traits }: Seen, own: readonly ReportLine[]): string | undefined {
  const partly = own.filter(({ fate }) => fate === 'partly');
  const shown = location?.modifier === 'regex' ? shownBy(location, request.target, traits) : traits;
  const found = shown.flatMap((it) => partly.filter(({ says }) => words[it]?.test(says) === true))[0] ?? partly.find(({ says }) => /without its slash|two slashes/.test(says));
  return found?.says;
}

/** What a request shows of an expression, whyever it was made: another case, or a path that goes on without a slash. */
function shownBy({ path, settings }: Location, target: string, traits: readonly Trait[]): readonly Trait[] {
  const uri = normalUri(target)?.uri ?? '';
  if (asRegExp(`^${path}`, '')?.test(uri) === false) return ['case'];
  const prefixes = prefixRewritesOf(path, settings.rewriteTarget) ?? [];
  return prefixes.length > 0 && prefixes.every(({ prefix }) => uri !== prefix && !uri.startsWith(`${prefix}/`)) ? ['boundary'] : traits;
}
