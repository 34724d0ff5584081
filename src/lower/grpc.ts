import type { GRPCRoute } from '../api/index.ts';
import type { HttpMatch, HttpRule } from './match.ts';

type GrpcRule = NonNullable<GRPCRoute['spec']['rules']>[number];
type GrpcMatch = NonNullable<GrpcRule['matches']>[number];

/**
 * A rule of a GRPCRoute in the words of HTTPRoute: a call of `method` of `service` is a request for `/service/method`
 * (spec: GRPCMethodMatch), all else means the same in both kinds.
 */
export function httpRuleOf({ matches, ...rest }: GrpcRule): HttpRule {
  return { ...rest, ...(matches === undefined ? {} : { matches: matches.map(httpMatchOf) }) } as HttpRule;
}

function httpMatchOf({ method, headers }: GrpcMatch): HttpMatch {
  return { path: pathOf(method), ...(headers === undefined ? {} : { headers }) } as HttpMatch;
}

function pathOf(match: GrpcMatch['method']): { readonly type: string; readonly value: string } {
  const { type = 'Exact', service = '', method = '' } = match ?? {};
  if (service === '' && method === '') return { type: 'PathPrefix', value: '/' };
  if (type === 'RegularExpression') return { type, value: `/(?:${service || oneElement})/(?:${method || oneElement})` };
  if (service === '') return { type: 'RegularExpression', value: `/${oneElement}/${method.replaceAll('.', String.raw`\.`)}` };
  return method === '' ? { type: 'PathPrefix', value: `/${service}` } : { type: 'Exact', value: `/${service}/${method}` };
}

/** A service or method that may be any. */
const oneElement = '[^/]+';
