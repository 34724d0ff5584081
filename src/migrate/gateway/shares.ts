import type { Canary } from '../annotations/settings.ts';
import type { Upstream } from '../nginx/server.ts';
import type { Surroundings } from '../services.ts';
import { parsePattern } from '../pattern/parse.ts';
import type { CheckRegex } from './way.ts';
import type { BackendRef, RuleMatch } from './piece.ts';

/** Requests with a header go to one side of a canary. */
export interface Split {
  readonly headers?: RuleMatch['headers'];
  readonly backendRefs: readonly BackendRef[];
}

/** The backends of an upstream: by header, by cookie, and for everybody else by weight, in ingress-nginx's order. A sentence where a port is not known. */
export function splitsOf(upstream: Upstream, namespace: string, surroundings: Surroundings, check: CheckRegex): Split[] | string { // oxlint-disable-line max-params -- what is split, and what is known.
  const main = refOf(upstream, namespace, surroundings);
  if (typeof main === 'string') return main;
  if (upstream.canary === undefined) return [{ backendRefs: [main] }];
  const other = refOf(upstream.canary.upstream, namespace, surroundings);
  if (typeof other === 'string') return other;
  const { settings } = upstream.canary;
  const pattern = settings.headerValue === '' && settings.headerPattern !== '' ? check(anywhere(settings.headerPattern)) : undefined;
  if (pattern !== undefined) return `canary-by-header-pattern cannot be said in RE2: ${pattern}`;
  const to = (ref: BackendRef): To => (headers) => ({ headers, backendRefs: [ref] });
  return [...byHeader(settings, to(other), to(main)), ...byCookie(settings, to(other), to(main)), { backendRefs: weighted(main, other, settings) }];
}

type To = (headers: NonNullable<RuleMatch['headers']>) => Split;

function byHeader({ header: name, headerValue, headerPattern }: Canary, canary: To, main: To): Split[] {
  if (name === '') return [];
  if (headerValue !== '') return [canary([{ name, value: headerValue }])];
  if (headerPattern !== '') return [canary([{ name, type: 'RegularExpression', value: anywhere(headerPattern) }])];
  return [canary([{ name, value: 'always' }]), main([{ name, value: 'never' }])];
}

function byCookie({ cookie }: Canary, canary: To, main: To): Split[] {
  if (cookie === '') return [];
  const holding = (value: string): NonNullable<RuleMatch['headers']> => [{ name: 'cookie', type: 'RegularExpression', value: `(?:.*; *)?(?i:${cookie.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')})=${value}(?:;.*)?` }];
  return [canary(holding('always')), main(holding('never'))];
}

/** What PCRE finds somewhere, RE2 must match as a whole. */
function anywhere(expression: string): string {
  const parsed = parsePattern(expression);
  if (typeof parsed === 'string' || parsed.options.length > 1) return `.*(?:${expression}).*`;
  const [from, to] = [expression.startsWith('^'), /(?:^|[^\\])\$$/.test(expression)];
  const body = expression.slice(from ? 1 : 0, to ? -1 : undefined);
  return `${from ? '' : '.*'}${body}${to ? '' : '.*'}`;
}

function weighted(main: BackendRef, canary: BackendRef, { weight, total }: Canary): BackendRef[] {
  const share = Math.max(0, Math.min(weight, total));
  if (share === 0) return [main];
  return share === total ? [canary] : [{ ...main, weight: total - share }, { ...canary, weight: share }];
}

export function refOf({ namespace, service, port }: Upstream, home: string, surroundings: Surroundings): BackendRef | string {
  const number = surroundings.portOf(namespace, service, port);
  if (number === undefined) return `port ${port} of Service ${namespace}/${service} is a name, and the Service is not among the documents that would say its number`;
  return { name: service, ...(namespace === home ? {} : { namespace }), port: number };
}
