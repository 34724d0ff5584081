import type { AuthFilter, Filter, HeaderFilter, Respond } from '../../../ir/index.ts';
import type { Any, ExtAuthz, HeaderMutationRules, StringMatcher, TypedExtensionConfig } from '../../gen/messages.ts';
import { any, duration, extension } from '../typed.ts';
import { backendCluster, type RouteSurroundings } from './surroundings.ts';
import { anyBut } from './any-but.ts';
import { mutations, owned } from './header-edits.ts';

const usualTimeoutMs = 5000;

/**
 * A chain of HTTP filters of the route's own, where it asks authorizers: each sees the request as the header changes before it left it.
 * Undefined where there is none, so that other routes cost nothing.
 */
export function authChain(filters: readonly Filter[], surroundings: RouteSurroundings, requestTimeoutMs = Infinity): Any | undefined {
  const last = filters.findLastIndex((it) => it.kind === 'auth');
  if (last < 0) return undefined;
  const chain = filters.slice(0, last + 1).flatMap((filter, index): TypedExtensionConfig[] => {
    if (filter.kind === 'auth') return authorizers(`auth-${index}`, filter, { surroundings, timeoutMs: Math.min(usualTimeoutMs, requestTimeoutMs), leads: 'nowhere' });
    return filter.kind === 'request-headers' ? [edit(`edit-${index}`, filter)] : [];
  });
  return chainOf(chain);
}

/** What every request of a listener passes first; a `Respond` there refuses it. */
export function listenerChain(filters: readonly (AuthFilter | Respond)[], surroundings: RouteSurroundings, leads: 'elsewhere' | 'nowhere'): Any {
  return chainOf(filters.flatMap((it, index) => (
    it.kind === 'auth' ? authorizers(`listener-auth-${index}`, it, { surroundings, timeoutMs: usualTimeoutMs, leads }) : [refusal(`listener-refusal-${index}`, it)])));
}

function chainOf(filters: TypedExtensionConfig[]): Any {
  return any('envoy.extensions.filters.http.filter_chain.v3.FilterChainConfigPerRoute', { filter_chain: { filters } });
}

function edit(name: string, filter: HeaderFilter): TypedExtensionConfig {
  return extension(name, 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', { mutations: { request_mutations: mutations(filter) } });
}

function refusal(name: string, { status }: Respond): TypedExtensionConfig {
  return extension(name, 'envoy.extensions.filters.http.fault.v3.HTTPFault', { abort: { http_status: status, percentage: { numerator: 100 } } });
}

/** An authorizer can't change where a request goes (by rules that Envoy has of its own), nor what frames it. */
const allowed: HeaderMutationRules = { disallow_expression: { regex: [...owned].join('|') } };

interface Asked {
  readonly surroundings: RouteSurroundings;
  readonly timeoutMs: number;
  /** Whether its answer may lead to another route. */
  readonly leads: 'elsewhere' | 'nowhere';
}

/** Headers that an authorizer sets, and no client, in all their spellings. */
export function withheld({ responseHeaders }: AuthFilter): string[] {
  return responseHeaders === 'all' ? [] : responseHeaders.filter((it) => !owned.has(it)).flatMap((it) => (it.includes('-') ? [it, it.replaceAll('-', '_')] : [it]));
}

/** The client's own fields of the names that the authorizer sets go first. */
function authorizers(name: string, filter: AuthFilter, asked: Asked): TypedExtensionConfig[] {
  const theirs = withheld(filter);
  return [
    ...(theirs.length === 0 ? [] : [extension(`${name}-before`, 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', { mutations: { request_mutations: theirs.map((remove) => ({ remove })) } })]),
    authorizer(name, filter, asked),
  ];
}

function authorizer(name: string, filter: AuthFilter, { surroundings, timeoutMs, leads }: Asked): TypedExtensionConfig { // oxlint-disable-line max-params -- name and place.
  const cluster = backendCluster(filter.backend, surroundings);
  const config: ExtAuthz = {
    transport_api_version: 'V3', status_on_error: { code: 'ServiceUnavailable' }, decoder_header_mutation_rules: allowed,
    ...(filter.bodyBytes === 0 ? {} : { with_request_body: { max_request_bytes: filter.bodyBytes, allow_partial_message: false } }),
    ...(leads === 'elsewhere' ? { clear_route_cache: true } : {}),
    ...(filter.protocol === 'grpc' ? grpc(filter, cluster, timeoutMs) : http(filter, cluster, timeoutMs)),
  };
  return extension(name, 'envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', config);
}

function grpc({ host, requestHeaders }: AuthFilter, cluster: string, timeoutMs: number): ExtAuthz {
  return {
    grpc_service: { envoy_grpc: { cluster_name: cluster, authority: host }, timeout: duration(timeoutMs) },
    ...(requestHeaders === 'all' ? {} : { allowed_headers: { patterns: requestHeaders.map(exactly) } }),
  };
}

/** Of HTTP the method, Host, path and Authorization are always shown (GEP-1494). */
function http({ pathPrefix, requestHeaders, responseHeaders, host }: AuthFilter, cluster: string, timeoutMs: number): ExtAuthz {
  const shown = requestHeaders === 'all' ? [{ safe_regex: { regex: '.*' } }] : ['authorization', ...requestHeaders].map(exactly);
  return {
    allowed_headers: { patterns: shown },
    http_service: {
      server_uri: { uri: `http://${host}`, cluster, timeout: duration(timeoutMs) }, path_prefix: pathPrefix,
      authorization_response: { allowed_upstream_headers: { patterns: responseHeaders === 'all' ? [{ safe_regex: { regex: anyBut([...owned]) } }] : responseHeaders.filter((it) => !owned.has(it)).map(exactly) } },
    },
  };
}

function exactly(name: string): StringMatcher {
  return { exact: name, ignore_case: true };
}
