import { CheckFailed } from '../check.ts';
import { holds } from '../expect-answer.ts';
import type { StepExpectation, Walk } from '../step-actions.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

/** What steps expect of objects that only a cluster has. */
export const clusterExpectations: Readonly<Record<string, StepExpectation>> = {
  gone: async (walk, kinds: string[], { expect }) => {
    const cluster = clusterOf(walk);
    const selector = String(expect['selector']);
    await cluster.until(`the end of ${kinds.join(', ')} of ${selector}`, seconds(expect['within']), async () => {
      const left = await Promise.all(kinds.map((kind) => cluster.api.list(pathOf(kind, { selector }))));
      return left.flat().length === 0 ? true : undefined;
    });
  },
  restarts: async (walk, expected: number) => {
    const pods = await clusterOf(walk).api.list(pathOf('Pod', { selector: 'app.kubernetes.io/name=postern' }));
    const restarts = pods.flatMap(({ status }) => (status?.containerStatuses ?? []) as { restartCount: number }[]).reduce((sum, it) => sum + it.restartCount, 0);
    holds(restarts === expected, `${restarts} restarts, expected ${expected}`);
  },
  distinctAddresses: async (walk, gateways: string[]) => {
    const { gateways: found } = await walk.world.serving.until(`addresses of ${gateways.join(', ')}`, (event) =>
      gateways.every((name) => event.gateways.some((it) => `${it.namespace}/${it.name}` === name && it.addresses.length > 0)));
    const addresses = gateways.map((name) => found.find((it) => `${it.namespace}/${it.name}` === name)?.addresses[0]);
    holds(new Set(addresses).size === gateways.length, `the addresses are ${addresses.join(', ')}`);
  },
};

/** The cluster of a walk. */
export function clusterOf({ world }: Walk): Cluster {
  if (world.cluster === undefined) throw new CheckFailed('this step needs a cluster');
  return world.cluster;
}

/** `30s` as a number; half a minute where a step does not say. */
export function seconds(within: unknown): number {
  return typeof within === 'string' ? Number.parseInt(within, 10) : 30;
}
