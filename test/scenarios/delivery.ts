import { pathOf } from './cluster/kinds.ts';
import { setWeights } from './given.ts';
import type { Manifest } from './manifests.ts';
import { startLoad, type Action, type Walk } from './walk.ts';

const route = 'split-echo';
/** Requests between two steps of a release. */
const pace = 25;
const tries = 5;

/** What controllers of progressive delivery do to an HTTPRoute. */
export const deliveryActions: readonly (readonly [pattern: RegExp, action: Action])[] = [
  [/^(\d+) requests a second; \D+ moves (\d+) of a hundred at a time to (\S+), up to (\d+)$/, async (walk, [rate, step, , most]) => {
    startLoad(walk, { perSecond: Number(rate), connections: 8 });
    for (let share = Number(step); share <= Number(most); share += Number(step)) {
      await writeBack(walk, () => setWeights(walk.world.manifests, { 'echo-1': 100 - share, 'echo-2': share }));
      await walk.load?.more(pace);
    }
  }],
  [/^Flagger gives all to echo-1 again/, (walk) => writeBack(walk, () => setWeights(walk.world.manifests, { 'echo-1': 100, 'echo-2': 0 }))],
  [/^(\d+) requests a second; a rule for requests with (\S+) (\S+) goes to (\S+)$/, async (walk, [rate, name, value, app]) => {
    startLoad(walk, { perSecond: Number(rate), connections: 8 });
    const rule = { matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [{ type: 'Exact', name, value }] }], backendRefs: [{ name: `${app}-echo-server`, port: 80, weight: 100 }] };
    await writeBack(walk, () => changeRoute(walk, (object) => { object.spec.rules.unshift(rule); }));
  }],
  [/^the rule with the header is taken out$/, (walk) => writeBack(walk, () => changeRoute(walk, (object) => { object.spec.rules.shift(); }))],
];

function changeRoute({ world }: Walk, change: (object: Manifest) => void): void {
  world.manifests.edit('HTTPRoute', route, change);
}

/** Writes the whole route with the version that was read; read again where somebody else wrote meanwhile. */
async function writeBack({ world }: Walk, change: () => void): Promise<void> {
  change();
  const { cluster, manifests } = world;
  if (cluster === undefined) return world.save();
  await manifests.save();
  const { spec, metadata } = manifests.find('HTTPRoute', route);
  const path = pathOf('HTTPRoute', metadata);
  for (let attempt = 0; attempt < tries; attempt++) {
    const read = await cluster.api.get(path);
    if (read === undefined) throw new Error(`there is no HTTPRoute ${route}`);
    if (await cluster.api.replace(path, { ...read, spec })) return undefined;
  }
  throw new Error(`HTTPRoute ${route} changed under ${tries} tries to write it`);
}
