import { CheckFailed, type KubectlSpec } from './check.ts';
import { findStatus } from './check-status.ts';
import { holds } from './expect-answer.ts';
import type { Manifest } from './manifests.ts';
import type { StatusObject } from './serving.ts';
import type { World } from './stage.ts';

type Column = (object: Manifest, status: StatusObject | undefined) => string | undefined;

const condition = (type: string): Column => (_, status) => status?.status.conditions?.find((entry) => entry.type === type)?.status ?? 'Unknown';
const name: Column = (object) => object.metadata.name;

/** The printer columns of the CRDs, which kubectl fills from spec and status; AGE is the cluster's own. */
const columnsOf: Readonly<Record<string, { readonly kind: string; readonly columns: Readonly<Record<string, Column>> }>> = {
  gatewayclass: { kind: 'GatewayClass', columns: { NAME: name, CONTROLLER: (object) => object.spec.controllerName, ACCEPTED: condition('Accepted') } },
  gateway: {
    kind: 'Gateway',
    columns: {
      NAME: name, CLASS: (object) => object.spec.gatewayClassName,
      ADDRESS: (_, status) => status?.status.addresses?.map((address) => address.value).join(','), PROGRAMMED: condition('Programmed'),
    },
  },
  httproute: { kind: 'HTTPRoute', columns: { NAME: name, HOSTNAMES: (object) => JSON.stringify(object.spec.hostnames) } },
};

/** Compares what kubectl would print of the statuses that Postern gives; returns a word on what was left out, throws CheckFailed. */
export function checkKubectl(spec: KubectlSpec, world: World): string {
  const words = /^get (\w+)(?: -n \S+)?(?: ([\w-]+))?(?: -o (jsonpath=\S+))?$/.exec(spec.command);
  const table = columnsOf[words?.[1] ?? ''];
  if (words === null || table === undefined) throw new CheckFailed(`the runner cannot answer "kubectl ${spec.command}"`);
  const objects = world.manifests.objects.filter((object) => object.kind === table.kind);
  if (spec.output !== undefined) expectOutput(spec, { path: words[3] ?? '', object: objects.find((object) => object.metadata.name === words[2]), world });
  for (const row of spec.rows ?? []) {
    const object = objects.find((candidate) => candidate.metadata.name === row['NAME']);
    if (object === undefined) throw new CheckFailed(`there is no ${table.kind} ${row['NAME']}`);
    const status = findStatus(world.serving.latest, { kind: table.kind, ...object.metadata });
    for (const [column, value] of Object.entries(row)) {
      const shown = table.columns[column]?.(object, status);
      const wanted = value.replace('{gateway.address}', world.serving.latest.gateways.find((gateway) => gateway.name === object.metadata.name)?.addresses[0] ?? '');
      holds(shown === wanted, `column ${column} of ${object.metadata.name} is ${shown}, expected ${wanted}`);
    }
  }
  return 'from the statuses; kubectl itself needs a cluster (issue 5)';
}

function expectOutput(spec: KubectlSpec, place: { path: string; object: Manifest | undefined; world: World }): void {
  const { path, object, world } = place;
  if (path !== 'jsonpath={.status.addresses[0].value}' || object === undefined) throw new CheckFailed(`the runner cannot answer "kubectl ${spec.command}"`);
  const shown = findStatus(world.serving.latest, { kind: object.kind, ...object.metadata })?.status.addresses?.[0]?.value;
  const bound = world.serving.latest.gateways.find((gateway) => gateway.name === object.metadata.name)?.listeners[0]?.bound?.address;
  holds(shown !== undefined && shown === bound, `the address is ${shown}, the listener is open at ${bound}`);
}
