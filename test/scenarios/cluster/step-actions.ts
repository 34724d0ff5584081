import type { Action } from '../step-actions.ts';

/** Steps that only a cluster can take. */
export const clusterActions: readonly (readonly [pattern: RegExp, action: Action])[] = [
  [/^kubectl delete gateway (\S+)$|^remove the Gateway from Git, prune on$/, async ({ world }, [name]) => {
    world.manifests.remove((object) => object.kind === 'Gateway' && (name === undefined || object.metadata.name === name));
    await world.save();
  }],
  [/^apply gateways.yaml$/, () => Promise.resolve()],
];
