import type { Match, PathMatch, ValueMatch } from '../../../ir/index.ts';
import type { HeaderMatcher, RouteMatch, StringMatcher } from '../../gen/messages.ts';

/** The conditions of a route. Header names and methods are compared as Envoy keeps them: in lower case, and as `:method`. */
export function routeMatch({ path, method, headers = [], query = [] }: Match): RouteMatch {
  const matchers: HeaderMatcher[] = [
    ...(method === undefined ? [] : [{ name: ':method', string_match: { exact: method } }]),
    ...headers.map((it) => ({ name: it.name === 'host' ? ':authority' : it.name, string_match: stringMatch(it) })),
  ];
  return {
    ...pathMatch(path),
    ...(matchers.length === 0 ? {} : { headers: matchers }),
    ...(query.length === 0 ? {} : { query_parameters: query.map((it) => ({ name: it.name, string_match: queryMatch(it) })) }),
  };
}

function pathMatch({ kind, value }: PathMatch): RouteMatch {
  if (kind === 'exact') return { path: value };
  if (kind === 'regex') return { safe_regex: { regex: value } };
  return value === '' ? { prefix: '/' } : { path_separated_prefix: value };
}

function stringMatch({ kind, value }: ValueMatch): StringMatcher {
  return kind === 'exact' ? { exact: value } : { safe_regex: { regex: value } };
}

/** Envoy compares parameters as they were sent, so a value stands for all its spellings. Expressions see what was sent. */
function queryMatch(match: ValueMatch): StringMatcher {
  if (match.kind === 'regex' || /^[\w.~-]*$/.test(match.value)) return stringMatch(match);
  return { safe_regex: { regex: [...match.value].map(spellings).join('') } };
}

function spellings(char: string): string {
  if (/[\w.~-]/.test(char)) return char.replace('.', '\\.');
  const escaped = `(?i:${[...new TextEncoder().encode(char)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')})`;
  const raw = char === ' ' ? '\\+' : char === '&' || char === '#' || char === '+' ? undefined : char.replace(/[\\^$|?*+()[\]{}]/, '\\$&');
  return raw === undefined ? escaped : `(?:${raw}|${escaped})`;
}
