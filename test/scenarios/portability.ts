import { DEFAULT_POOL } from '../../src/cli/default-pool.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import { statusObjects } from '../../src/cli/status-yaml.ts';
import { assumeServed, compile } from '../../src/controller/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { statusDocuments } from '../../src/status/index.ts';
import { holds } from './expect-answer.ts';
import type { Manifests } from './manifests.ts';
import type { StatusObject } from './serving.ts';
import type { Certificates } from './certificates.ts';
import { loadScenarios } from './load-scenarios.ts';
import { prepare } from './world.ts';

const ours = 'postern.dev/gateway-controller';
const foreign = 'example.com/another-controller';

/**
 * Takes the manifests of the scenarios 01 to 15 and changes nothing but the controllerName of their GatewayClasses: under
 * another controller's name Postern leaves all of them alone, under its own it accepts each class and Gateway and answers each
 * HTTPRoute.
 */
export async function switchImplementations(certificates: Certificates): Promise<void> {
  const scenarios = (await loadScenarios()).filter(({ name }) => name >= '01' && name < '16');
  for (const scenario of scenarios) {
    const manifests = await prepare(scenario, certificates);
    try {
      await nameController(manifests, foreign);
      const touched = (await statuses(manifests)).filter(({ status }) => status.conditions !== undefined || (status.parents ?? []).length > 0);
      holds(touched.length === 0, `${scenario.name}: ${touched[0]?.kind} ${touched[0]?.metadata.name} of another controller has a status`);
      await nameController(manifests, ours);
      expectTaken(scenario.name, manifests, await statuses(manifests));
    } finally {
      await manifests.discard();
    }
  }
}

function expectTaken(scenario: string, manifests: Manifests, objects: readonly StatusObject[]): void {
  for (const { kind, metadata } of manifests.objects) {
    const status = objects.find((object) => object.kind === kind && object.metadata.name === metadata.name && (object.metadata.namespace ?? '') === (metadata.namespace ?? ''))?.status;
    if (kind === 'GatewayClass' || kind === 'Gateway') {
      const accepted = status?.conditions?.find((condition) => condition.type === 'Accepted');
      holds(accepted?.status === 'True' || accepted?.reason === 'ListenersNotValid', `${scenario}: ${kind} ${metadata.name} is not accepted: ${accepted?.message ?? 'no status'}`);
    }
    if (kind === 'HTTPRoute') holds((status?.parents ?? []).length > 0, `${scenario}: ${kind} ${metadata.name} has no parent entry`);
  }
}

async function nameController(manifests: Manifests, controllerName: string): Promise<void> {
  for (const { kind, metadata } of manifests.objects) {
    if (kind === 'GatewayClass') manifests.edit(kind, metadata.name, (object) => { object.spec.controllerName = controllerName; });
  }
  await manifests.save();
}

/** What `postern status --strict` would print, without thirty processes. */
async function statuses(manifests: Manifests): Promise<StatusObject[]> {
  const { graph } = compile(await openFileSource([manifests.folder]).read(), nativeSettings({ strict: true }));
  return statusObjects(statusDocuments(graph, { ...assumeServed(graph, DEFAULT_POOL), now: '2026-01-01T00:00:00Z' })) as StatusObject[];
}
