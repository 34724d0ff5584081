/**
 * A program: users of all protocols at a bounded rate. Its argument is `{ports, usersOfProtocol, stepsPerSecond}` as JSON; each second it
 * prints a line `{ok, failures}`: steps by protocol since it began, and failures since the line before. SIGINT ends it, with a last line.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ListenerPorts } from './ports.ts';
import { protocols } from './protocols.ts';
import { within, type Failure, type Protocol, type Visit } from './user.ts';

export interface ClientPlan {
  readonly ports: ListenerPorts;
  readonly usersOfProtocol: number;
  /** Of each user. */
  readonly stepsPerSecond: number;
}

const plan = JSON.parse(process.argv[2] ?? '') as ClientPlan;
const ok: Record<string, number> = {};
let failures: Failure[] = [];
const over = new AbortController();

function report(): void {
  console.log(JSON.stringify({ ok, failures }));
  failures = [];
}

async function use(protocol: Protocol): Promise<void> {
  while (!over.signal.aborted) {
    try {
      const visit = await within(`opening ${protocol.name}`, protocol.open());
      await stepThrough(protocol, visit);
      await within(`closing ${protocol.name}`, visit.close());
    } catch (error) {
      const failed = error as NodeJS.ErrnoException;
      failures.push({ protocol: protocol.name, at: Date.now(), message: failed.code === undefined ? failed.message : `${failed.code}: ${failed.message}` });
      await pause(100);
    }
  }
}

async function stepThrough(protocol: Protocol, visit: Visit): Promise<void> {
  const everyMs = 1000 / plan.stepsPerSecond;
  for (let i = 0; i < protocol.stepsOfVisit && !over.signal.aborted; i++) {
    const began = performance.now();
    await within(`a step of ${protocol.name}`, visit.step());
    ok[protocol.name] = (ok[protocol.name] ?? 0) + 1;
    // Spread, so that users do not march in step.
    await pause(Math.max(1, everyMs * (0.5 + Math.random()) - (performance.now() - began)));
  }
}

// A connection that was reset may say so once more when nobody waits for it; the step has already told.
process.on('uncaughtException', (error: NodeJS.ErrnoException) => failures.push({ protocol: 'unattributed', at: Date.now(), message: `${error.code ?? ''} ${error.message}` }));

const reporting = setInterval(report, 1000);
process.once('SIGINT', () => over.abort());
await Promise.all(protocols(plan.ports).flatMap((protocol) => Array.from({ length: plan.usersOfProtocol }, () => use(protocol))));
clearInterval(reporting);
report();
process.exit();
