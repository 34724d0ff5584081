import type { HTTPRoute } from '../api/index.ts';
import type { ObjectRef } from '../contract/index.ts';
import { type BackendContext, resolveBackend, type ResolvedBackend } from './backends.ts';
import type { AuthNode } from './graph.ts';

type Rule = NonNullable<HTTPRoute['spec']['rules']>[number];
type Filter = NonNullable<Rule['filters']>[number];
export type ExternalAuth = NonNullable<Filter['externalAuth']>;

/** Finds the authorizer that a filter names; gRPC is spoken whatever the Service says of its port. */
export function resolveAuthorizer(from: ObjectRef, { protocol, backendRef }: ExternalAuth, context: BackendContext): ResolvedBackend {
  return resolveBackend(from, backendRef, context, protocol === 'GRPC' ? 'grpc' : undefined);
}

/** The authorizers that the filters of a rule and of its backendRefs name. */
export function readAuthorizers(rule: Rule, route: ObjectRef, context: BackendContext): { readonly auths?: readonly AuthNode[] } {
  const read = (filters: readonly Filter[] | undefined, of?: number): AuthNode[] => (filters ?? []).flatMap(({ externalAuth }, index) => (
    externalAuth === undefined ? [] : [{ ...(of === undefined ? {} : { of }), index, ...resolveAuthorizer(route, externalAuth, context) }]
  ));
  const auths = [...read(rule.filters), ...(rule.backendRefs ?? []).flatMap((it, of) => read(it.filters, of))];
  return auths.length === 0 ? {} : { auths };
}
