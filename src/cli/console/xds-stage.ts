import type { Origin } from '../../contract/index.ts';
import type { Ir } from '../../ir/index.ts';
import type { XdsResource } from '../../view/index.ts';
import { envoyTranslation } from '../../xds/index.ts';

/** What Envoy is given for a configuration, or would be: one entry a resource, of tables of routes one a host. */
export async function xdsResources(ir: Ir): Promise<XdsResource[]> {
  const { describe, wholeTable } = await envoyTranslation();
  const { listeners, routes, clusters, endpoints, secrets } = describe(ir, {});
  const entries = (type: string, described: readonly { readonly name: string; value(): unknown; readonly origins: readonly Origin[] }[]): XdsResource[] => described.map(({ name, value, origins }) => ({ type, name, origins, read: value }));
  return [
    ...entries('listener', listeners),
    ...routes.flatMap((table) => table.hosts.map((host): XdsResource => ({
      type: 'virtual host', name: `${table.name} ${host.host.name}`, origins: [...new Set(host.routes.flatMap((key) => ir.routes[key]?.origin ?? []))], read: () => wholeTable({ ...table, hosts: [host] }, ir).virtual_hosts?.[0],
    }))),
    ...entries('cluster', clusters), ...entries('endpoints', endpoints), ...entries('secret', secrets),
  ];
}
