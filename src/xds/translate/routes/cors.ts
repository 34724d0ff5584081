import type { CorsFilter, Filter } from '../../../ir/index.ts';
import type { Any, HeaderMutation, StringMatcher } from '../../gen/messages.ts';
import { filterNames } from '../names.ts';
import { any } from '../typed.ts';

/** The last CORS filter of a chain. A star is answered with what was asked for, which Envoy's own filter can't: it is put in behind it. */
export function corsConfig(filters: readonly Filter[]): { readonly [filter: string]: Any } {
  const cors = filters.findLast((it) => it.kind === 'cors');
  if (cors === undefined) return {};
  return {
    [filterNames.cors]: any('envoy.extensions.filters.http.cors.v3.CorsPolicy', {
      allow_origin_string_match: cors.origins.map(originMatch),
      ...joined('allow_methods', cors.methods), ...joined('allow_headers', cors.headers),
      ...joined('expose_headers', cors.exposeHeaders.filter((it) => it !== '*' || !cors.credentials)),
      max_age: String(cors.maxAgeSeconds), allow_credentials: cors.credentials, forward_not_matching_preflights: false,
    }),
    [filterNames.headers]: any('envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute', { mutations: { response_mutations: corrections(cors) } }),
  };
}

/** With this filter the gateway alone says what other origins may do: what backends say of it is taken out. */
export const corsFields = [
  'access-control-allow-origin', 'access-control-allow-credentials', 'access-control-expose-headers',
  'access-control-allow-methods', 'access-control-allow-headers', 'access-control-max-age',
];

function joined(name: string, values: readonly string[]): object {
  return values.length === 0 ? {} : { [name]: values.includes('*') ? '*' : values.join(', ') };
}

/** `*` in a host stands for any characters, dots included. */
function originMatch(origin: string): StringMatcher {
  if (!origin.includes('*')) return { exact: origin, ignore_case: true };
  return { safe_regex: { regex: origin === '*' ? '.*' : `(?i)${origin.split('*').map(quoted).join('.*')}` } };
}

function corrections({ origins, methods, headers, credentials }: CorsFilter): HeaderMutation[] {
  const isSameForAll = origins.includes('*') && !credentials;
  return [
    ...(methods.includes('*') ? [corrected('access-control-allow-methods', '%REQ(access-control-request-method)%')] : []),
    ...(headers.includes('*') ? [corrected('access-control-allow-headers', '%REQ(access-control-request-headers)%')] : []),
    ...(isSameForAll ? [corrected('access-control-allow-origin', '*')] : [{ append: { header: { key: 'vary', value: 'origin' }, append_action: 'APPEND_IF_EXISTS_OR_ADD' } } as const]),
  ];
}

function corrected(key: string, value: string): HeaderMutation {
  return { append: { header: { key, value }, append_action: 'OVERWRITE_IF_EXISTS' } };
}

function quoted(text: string): string {
  return text.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
}
