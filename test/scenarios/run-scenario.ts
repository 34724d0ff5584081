import { checkApply, editsFile } from './check-apply.ts';
import { checkKubectl } from './check-kubectl.ts';
import { checkRequest } from './check-request.ts';
import { checkStatus } from './check-status.ts';
import { checkSteps } from './check-steps.ts';
import { CheckFailed, type Check, type Outcome, type Scenario } from './check.ts';
import { checkOnCluster } from './cluster/check.ts';
import { editFor } from './given.ts';
import type { Stage, Trial, World } from './stage.ts';
import { waitsFor } from './waits.ts';
import { prepare } from './world.ts';

/** Runs a scenario's checks: those of one state of the manifests together, steps and published files on their own. */
export async function runScenario(scenario: Scenario, stage: Stage): Promise<Outcome[]> {
  const outcomes = new Map<Check, Outcome[]>();
  const states = new Map<string, Check[]>();
  let left: Outcome[] = [];
  try {
    for (const check of scenario.checks) {
      const reason = waitsFor(scenario, check, stage.name);
      const trial = trialOf(scenario, check, stage);
      if (reason !== undefined) outcomes.set(check, [{ scenario: scenario.name, check: check.name, result: 'skipped', note: reason }]);
      else if (trial === undefined) states.set(check.given ?? '', [...(states.get(check.given ?? '') ?? []), check]);
      else outcomes.set(check, await judged(scenario, check, trial));
    }
    for (const checks of states.values()) await runState({ scenario, stage, outcomes }, checks);
  } finally {
    left = await judged(scenario, { name: 'all of it goes at the end' }, () => stage.leave(scenario).then(() => []));
  }
  return [...scenario.checks.flatMap((check) => outcomes.get(check) ?? []), ...left];
}

interface Run {
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly outcomes: Map<Check, Outcome[]>;
}

/** Runs the checks that want the same state. */
async function runState({ scenario, stage, outcomes }: Run, checks: readonly Check[]): Promise<void> {
  const [first] = checks;
  if (first === undefined) return;
  const together = await judged(scenario, first, () => inState(scenario, first, { stage, use: async (world) => {
    for (const check of checks) outcomes.set(check, await judged(scenario, check, () => world.patiently(() => checkInWorld(check, world))));
    return [];
  } }));
  // Where the state did not come up, none of its checks was tried.
  for (const check of checks) if (!outcomes.has(check)) outcomes.set(check, together.map((outcome) => ({ ...outcome, check: check.name })));
}

/** How a check that does not share a state with others is tried. */
function trialOf(scenario: Scenario, check: Check, stage: Stage): Trial | undefined {
  if (check.apply !== undefined) return () => checkApply(check, scenario, stage);
  const own = stage.trialOf(scenario, check);
  if (own !== undefined || check.steps === undefined) return own;
  return () => inState(scenario, check, { stage, use: (world) => checkSteps(check, scenario, world) });
}

/** Serves the scenario in the state that the check's `given` describes. */
async function inState<T>(scenario: Scenario, check: Check, { stage, use }: { stage: Stage; use: (world: World) => Promise<T> }): Promise<T> {
  const { given } = check;
  const edit = given === undefined || editsFile(given) ? undefined : editFor(given);
  if (given !== undefined && edit === undefined) throw new CheckFailed(`the runner does not know the state "${given}"`);
  const manifests = await prepare(scenario, stage.certificates, edit);
  return stage.serve(scenario, { check, manifests }, use);
}

async function checkInWorld(check: Check, world: World): Promise<string | undefined> {
  const { cluster } = world;
  if (cluster !== undefined) return checkOnCluster(check, world, cluster);
  if (check.request !== undefined) return void await checkRequest(check, world);
  if (check.status !== undefined) return checkStatus(check.status, await world.serving.refresh());
  if (check.kubectl !== undefined) return checkKubectl(check.kubectl, world);
  throw new CheckFailed('the runner does not know this kind of check');
}

/** The outcome of a trial: its own list, or passed with its note, or failed with the message of what was thrown. */
async function judged(scenario: Scenario, check: Check, trial: Trial): Promise<Outcome[]> {
  const about = { scenario: scenario.name, check: check.name };
  try {
    const result = await trial();
    if (Array.isArray(result)) return result;
    return [{ ...about, result: 'passed', ...(result === undefined ? {} : { note: result }) }];
  } catch (error) {
    return [{ ...about, result: 'failed', note: error instanceof Error ? error.message : String(error) }];
  }
}
