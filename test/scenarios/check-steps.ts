import { CheckFailed, type Check, type Outcome, type Scenario, type Step } from './check.ts';
import { sharesOf, within } from './check-request.ts';
import { findStatus } from './check-status.ts';
import { clusterExpectations } from './cluster/step-expectations.ts';
import { backendPart, holds } from './expect-answer.ts';
import { Client, type Answer } from './send.ts';
import type { AppliedEvent, StatusObject } from './serving.ts';
import { actionFor } from './step-actions.ts';
import { stepWaitsFor, waitsFor } from './waits.ts';
import type { StepExpectation, Walk } from './walk.ts';
import type { World } from './stage.ts';


const burst = 200;
const patienceMs = 10_000;

/** One function for each key of a step's `expect`. */
const expectations: Readonly<Record<string, StepExpectation>> = {
  failed: async (walk, expected: number) => {
    await walk.load?.more(10);
    const failures = walk.load?.failures ?? [];
    holds(failures.length === expected, `${failures.length} requests failed: ${[...new Set(failures)].join(', ')}`);
  },
  weights: async (walk, expected: Record<string, number>) => {
    const by = Object.keys(expected).every((name) => /^v\d$/.test(name)) ? 'version' : 'app';
    await walk.world.patiently(async () => {
      const answers = await sendBurst(walk, burst);
      within(sharesOf(answers.map((answer) => backendPart(answer, by))), expected, 3);
    });
  },
  withHeader: async (walk, { app, ...headers }: { readonly app: string } & Record<string, string>) => {
    await walk.world.patiently(async () => {
      const [answer] = await sendBurst({ ...walk, request: { ...walk.request, headers } }, 1);
      holds(answer !== undefined && backendPart(answer, 'app') === app, `${answer === undefined ? 'nobody' : backendPart(answer, 'app')} answered, expected ${app}`);
    });
  },
  programmed: async (walk, expected: boolean, { expect }) => {
    await walk.world.serving.until(`programmed ${expected}`, (event) => carriesTraffic(event, String(expect['gateway'])) === expected);
  },
  attachedRoutes: async (walk, expected: number, { expect }) => {
    await walk.world.serving.until(`${expected} attached routes`, (event) => statusOf(event, String(expect['gateway']))?.status.listeners?.[0]?.attachedRoutes === expected);
  },
  condition: async (walk, expected: { type: string; status: string; reason: string }, { expect }) => {
    await walk.world.serving.until(`${expected.type} ${expected.status}`, (event) => {
      const listener = statusOf(event, String(expect['gateway']))?.status.listeners?.find((it) => it.name === expect['listener']);
      return listener?.conditions.some((it) => it.type === expected.type && it.status === expected.status && it.reason === expected.reason) ?? false;
    });
  },
  requestStatus: async (walk, expected: number) => {
    await walk.world.patiently(async () => {
      const [answer] = await sendBurst(walk, 1);
      holds(answer?.status === expected, `status ${answer?.status}, expected ${expected}`);
    });
  },
  newConnectionsSeeNewSerial: async (walk) => {
    const end = Date.now() + patienceMs;
    for (;;) {
      const [answer] = await sendBurst(walk, 1);
      if (answer?.tls !== undefined && walk.serial !== undefined && answer.tls.serial !== walk.serial) return;
      holds(Date.now() < end, `new connections still see serial ${walk.serial}`);
    }
  },
  ...clusterExpectations,
  statusEntriesRemoved: async (walk, _expected: boolean, step) => {
    const gateway = /of (\S+) to/.exec(step.do)?.[1] ?? '';
    await walk.world.serving.until(`no status for ${gateway}`, (event) => !event.objects.some((object) =>
      (object.kind === 'Gateway' && object.metadata.name === gateway) || (object.status.parents ?? []).some((parent) => parent.parentRef['name'] === gateway)));
  },
};

/** Keys that only name what the others are about, that the step's action compares, or that one process cannot break. */
const elsewhere: ReadonlySet<string> = new Set(['gateway', 'listener', 'within', 'selector', 'accepted', 'optional', 'gatewayClassConditions', 'listenersRebuilt']);

/** Keys about objects that only a cluster has. */
const ofClusters: ReadonlySet<string> = new Set(['restarts', 'gone', 'listenersRebuilt']);

/** Takes a check's steps one after the other; a step that waits for another issue ends the walk as skipped. */
export async function checkSteps(check: Check, scenario: Scenario, world: World): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const stageName = world.cluster === undefined ? 'local' : 'cluster';
  const example = scenario.checks.find((other) => other.request !== undefined && other.given === undefined && waitsFor(scenario, other, stageName) === undefined);
  const walk: Walk = { scenario, world, request: example?.request ?? { scheme: 'http', port: 80 }, via: example?.via ?? firstGateway(world), removed: [] };
  try {
    for (const step of check.steps ?? []) {
      const reason = stepWaitsFor(step.do, stageName);
      const name = `${check.name} › ${step.do}`;
      if (reason !== undefined) outcomes.push({ scenario: scenario.name, check: name, result: 'skipped', note: reason });
      else await takeStep(walk, step);
    }
  } finally {
    await walk.load?.stop();
  }
  return [{ scenario: scenario.name, check: check.name, result: 'passed' }, ...outcomes];
}

/** Of the first route, where no check of the scenario sends a request. */
function firstGateway({ manifests }: World): string {
  const route = manifests.objects.find(({ kind }) => kind === 'HTTPRoute');
  const parent = route?.spec.parentRefs[0] as { readonly namespace?: string; readonly name: string } | undefined;
  return parent === undefined ? '' : `${parent.namespace ?? route?.metadata.namespace ?? 'default'}/${parent.name}`;
}

async function takeStep(walk: Walk, step: Step): Promise<void> {
  const action = actionFor(step.do);
  if (action === undefined) throw new CheckFailed(`the runner does not know the step "${step.do}"`);
  await action(walk);
  for (const [key, value] of Object.entries(step.expect)) {
    const expectation = expectations[key];
    if (walk.world.cluster === undefined && ofClusters.has(key)) continue;
    if (expectation !== undefined) await expectation(walk, value as never, step);
    else if (!elsewhere.has(key)) throw new CheckFailed(`the runner does not know the expectation "${key}" of a step`);
  }
}

/** Sends requests on new connections, beside the load. */
async function sendBurst(walk: Walk, count: number): Promise<Answer[]> {
  const client = new Client(8, walk.world.authority);
  try {
    const target = walk.world.serving.open(walk.via, walk.request.port);
    const answers = await Promise.all(Array.from({ length: count }, () => client.send(walk.request, target)));
    return answers.map((answer) => {
      if ('error' in answer) throw new CheckFailed(`no answer: ${answer.error} (${answer.code})`);
      return answer;
    });
  } finally {
    client.close();
  }
}

function statusOf(event: AppliedEvent, gateway: string): StatusObject | undefined {
  const [namespace = '', name = ''] = gateway.split('/');
  return findStatus(event, { kind: 'Gateway', namespace, name });
}

/**
 * True when the Gateway and all its listeners are Programmed, false when no listener is. The Gateway's own condition is about
 * its address: the official suite waits for it on Gateways without any certificate too.
 */
function carriesTraffic(event: AppliedEvent, gateway: string): boolean | undefined {
  const { conditions = [], listeners = [] } = statusOf(event, gateway)?.status ?? {};
  const states = listeners.map((listener) => listener.conditions.find((it) => it.type === 'Programmed')?.status === 'True');
  if (states.length === 0) return undefined;
  if (states.every((programmed) => !programmed)) return false;
  return states.every((programmed) => programmed) && conditions.some((it) => it.type === 'Programmed' && it.status === 'True') ? true : undefined;
}
