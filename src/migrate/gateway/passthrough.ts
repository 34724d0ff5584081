import { slugOf } from './names.ts';
import type { Context } from './context.ts';
import { gatewayApi, type MadeObject } from './object.ts';
import type { ServerPlan } from './plan.ts';
import type { Parent } from './routes.ts';
import { refOf } from './shares.ts';

/** TLS that goes through unread, to the Service of `/`. */
export function passthroughOf({ server }: ServerPlan, parent: Parent, { surroundings, notes }: Context): MadeObject[] {
  if (!server.isPassthrough) return [];
  const location = server.locations.find(({ path, upstream }) => path === '/' && upstream !== undefined);
  const owner = location?.ingress ?? server.locations.find(({ settings }) => settings.sslPassthrough)?.ingress;
  if (location?.upstream === undefined || owner === undefined) {
    if (owner !== undefined) notes.annotation(owner, 'ssl-passthrough', 'lost', [`host ${server.host} has no path /, so ingress-nginx passes nothing through`]);
    return [];
  }
  const { ref } = owner;
  const backend = refOf(location.upstream, ref.namespace, surroundings);
  if (typeof backend === 'string') {
    notes.annotation(owner, 'ssl-passthrough', 'held-back', [backend]);
    return [];
  }
  notes.annotation(owner, 'ssl-passthrough', 'translated', ['a TLSRoute; ingress-nginx does so only when it runs with --enable-ssl-passthrough']);
  const { namespace, ...home } = parent;
  const name = `${ref.name}-${slugOf(server.host)}`;
  return [{ about: [`Ingress ${owner.key}: ssl-passthrough`], object: {
    apiVersion: gatewayApi, kind: 'TLSRoute', metadata: { name, namespace: ref.namespace },
    spec: { parentRefs: [namespace === ref.namespace ? home : parent], hostnames: [server.host], rules: [{ backendRefs: [backend] }] },
  } }];
}
