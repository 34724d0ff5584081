import type { Certificates } from './certificates.ts';
import { checkApply, editsFile } from './check-apply.ts';
import { checkCommand } from './check-command.ts';
import { checkMetrics } from './check-metrics.ts';
import { operationOf } from './check-operation.ts';
import { checkKubectl } from './check-kubectl.ts';
import { checkRequest } from './check-request.ts';
import { checkStatus } from './check-status.ts';
import { checkSteps } from './check-steps.ts';
import { checkTrace } from './check-trace.ts';
import { CheckFailed, type Check, type MetricsSpec, type Outcome, type Scenario } from './check.ts';
import { editFor } from './given.ts';
import { waitsFor } from './waits.ts';
import { prepare, serveFor, type World } from './world.ts';

/** Runs a scenario's checks: those of one state of the manifests against one process, steps and published files on their own. */
export async function runScenario(scenario: Scenario, certificates: Certificates): Promise<Outcome[]> {
  const outcomes = new Map<Check, Outcome[]>();
  const states = new Map<string, Check[]>();
  for (const check of scenario.checks) {
    const reason = waitsFor(scenario, check);
    if (reason !== undefined) outcomes.set(check, [{ scenario: scenario.name, check: check.name, result: 'skipped', note: reason }]);
    else if (check.metrics !== undefined) outcomes.set(check, await judged(scenario, check, () => checkMetrics(check, check.metrics as MetricsSpec, { scenario, certificates })));
    else if (check.cli !== undefined) outcomes.set(check, await judged(scenario, check, () => (operationOf(check) ?? (() => checkCommand(check)))(certificates)));
    else if (check.apply !== undefined) outcomes.set(check, await judged(scenario, check, () => checkApply(check, scenario, certificates)));
    else if (check.expect?.['span'] !== undefined) outcomes.set(check, await judged(scenario, check, () => checkTrace(check, scenario, certificates)));
    else if (check.steps !== undefined) outcomes.set(check, await judged(scenario, check, () => inState(scenario, { check, certificates }, (world) => checkSteps(check, scenario, world))));
    else states.set(check.given ?? '', [...(states.get(check.given ?? '') ?? []), check]);
  }
  for (const checks of states.values()) {
    const [first] = checks;
    if (first === undefined) continue;
    const together = await judged(scenario, first, () => inState(scenario, { check: first, certificates }, async (world) => {
      for (const check of checks) outcomes.set(check, await judged(scenario, check, () => checkInWorld(check, world)));
      return [];
    }));
    // Where the process did not come up, none of its checks was tried.
    for (const check of checks) if (!outcomes.has(check)) outcomes.set(check, together.map((outcome) => ({ ...outcome, check: check.name })));
  }
  return scenario.checks.flatMap((check) => outcomes.get(check) ?? []);
}

/** Serves the scenario in the state that the check's `given` describes. */
async function inState<T>(scenario: Scenario, parts: { check: Check; certificates: Certificates }, use: (world: World) => Promise<T>): Promise<T> {
  const { given } = parts.check;
  const edit = given === undefined || editsFile(given) ? undefined : editFor(given);
  if (given !== undefined && edit === undefined) throw new CheckFailed(`the runner does not know the state "${given}"`);
  const manifests = await prepare(scenario, parts.certificates, edit);
  return serveFor(scenario, { manifests, certificates: parts.certificates }, use);
}

async function checkInWorld(check: Check, world: World): Promise<string | undefined> {
  if (check.request !== undefined) return void await checkRequest(check, world);
  if (check.status !== undefined) return checkStatus(check.status, world.serving.latest);
  if (check.kubectl !== undefined) return checkKubectl(check.kubectl, world);
  throw new CheckFailed('the runner does not know this kind of check');
}

/** The outcome of a trial: its own list, or passed with its note, or failed with the message of what was thrown. */
async function judged(scenario: Scenario, check: Check, trial: () => Promise<string | undefined | Outcome[]>): Promise<Outcome[]> {
  const about = { scenario: scenario.name, check: check.name };
  try {
    const result = await trial();
    if (Array.isArray(result)) return result;
    return [{ ...about, result: 'passed', ...(result === undefined ? {} : { note: result }) }];
  } catch (error) {
    return [{ ...about, result: 'failed', note: error instanceof Error ? error.message : String(error) }];
  }
}
