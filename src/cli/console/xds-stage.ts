import type { Origin } from '../../contract/index.ts';
import type { Ir } from '../../ir/index.ts';
import type { XdsResource } from '../../view/index.ts';
import { envoyTranslation } from '../../xds/index.ts';

/** What Envoy is given for a configuration, or would be: one entry a resource, of tables of routes one a host. */
export async function xdsResources(ir: Ir): Promise<XdsResource[]> {
  const { describe, wholeTable } = await envoyTranslation();
  const terms = {};
  const { listeners, tables, clusters, endpoints, secrets } = describe(ir, terms);
  const entries = (type: string, described: readonly { readonly name: string; value(): unknown; readonly origins: readonly Origin[] }[]): XdsResource[] => described.map(({ name, value, origins }) => ({ type, name, origins, read: value }));
  return [
    ...entries('listener', listeners),
    ...tables.flatMap((table) => (wholeTable(table, { ir, terms }).virtual_hosts ?? []).map((host): XdsResource => ({
      type: 'virtual host', name: `${table.name} ${String(host.name)}`, origins: originsIn(host.routes ?? [], ir), read: () => host,
    }))),
    ...entries('cluster', clusters), ...entries('endpoints', endpoints), ...entries('secret', secrets),
  ];
}

/** Routes have the keys of the IR for names, some with the number of a target behind. */
function originsIn(routes: readonly { readonly name?: unknown }[], ir: Ir): Origin[] {
  return [...new Set(routes.flatMap(({ name }) => ir.routes[String(name).replace(/\/target\/\d+$/, '')]?.origin ?? []))];
}
