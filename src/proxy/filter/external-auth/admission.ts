import { randomUUID } from 'node:crypto';
import type { Filter } from '../../../ir/index.ts';
import type { Cause } from '../../errors.ts';
import { type Answer, refusalAnswer, respondAnswer } from '../../http1/answer.ts';
import type { ClientFacts } from '../../http1/client-facts.ts';
import { RequestHead } from '../../http1/request-head.ts';
import { mostFields } from '../../http1/scan-head.ts';
import type { Limits } from '../../options.ts';
import type { Decision, Gated } from '../../route/decide.ts';
import type { Runtime } from '../../runtime.ts';
import { Timer } from '../../time/wheel.ts';
import type { ForwardedContext } from '../../trace/join-trace.ts';
import { compileHeaderEdit } from '../headers/compile.ts';
import { compileRewrite } from '../rewrite/rewrite.ts';
import { afterGate, type Asker } from './after-gate.ts';
import type { Authorizer } from './authorizer.ts';
import { Check, type CheckAnswer } from './check.ts';
import { type CheckedRequest, checkedRequest } from './checked-request.ts';
import { type CheckResult, unusable } from './check-result.ts';
import { editedHead } from './edited-head.ts';
import { grpcCheckText, grpcResult } from './grpc-check.ts';
import { httpCheckText, httpResult } from './http-check.ts';

const head = new RequestHead();

/** A request that waits, as far as authorizers may know it. */
export interface WaitingRequest {
  /** Its head without the empty line. */
  readonly text: string;
  readonly facts: ClientFacts;
  /** `HTTP/1.1` or `HTTP/2`. */
  readonly version: string;
  /** The trace that it belongs to. */
  readonly context: ForwardedContext | undefined;
  /** X-Request-Id as the backend gets it; `''` where it has none yet. */
  readonly requestId: string;
}

/** Limits of a head that authorizers have added to: what they add is not the client's fault. */
export function roomier(limits: Limits): Limits {
  return { ...limits, headerCount: mostFields, headBytes: limits.headBytes * 2 };
}

/** One request at a gate: asks one authorizer after the other, and says in the end what is done with it. */
export class Admission {
  /** The head to go on with, without the empty line. */
  text: string;
  /** X-Request-Id, where the client's own is not believed. */
  readonly requestId: string;
  /** Names that only authorizers have a say in, in trailers too. */
  readonly takenOut: string[] = [];
  private readonly gated: Gated;
  private readonly request: WaitingRequest;
  private readonly runtime: Runtime;
  private readonly settled: () => void;
  private readonly startedAt: number;
  /** The chain so far, with answers in place of the checks. */
  private readonly passed: Filter[] = [];
  private at = 0;
  private body: Buffer = Buffer.alloc(0);
  private check: Check | undefined;
  private refusal: Answer | Cause | undefined;
  private isOver = false;
  private readonly timer = new Timer(() => this.timeOut());

  /** `settled` is called once, unless it is aborted before. */
  constructor(gated: Gated, request: WaitingRequest, runtime: Runtime, settled: () => void) { // oxlint-disable-line max-params -- one use.
    this.gated = gated;
    this.request = request;
    this.text = request.text;
    this.requestId = request.requestId === '' ? randomUUID() : request.requestId;
    this.runtime = runtime;
    this.settled = settled;
    this.startedAt = runtime.wheel.now;
    runtime.wheel.arm(this.timer, gated.timeoutMs);
  }

  /** The largest body that may pass, because a check needs all of it; 0: none does. */
  get bodyBytes(): number {
    return this.gated.gate.bodyBytes;
  }

  /** Begins with all of the body that checks need. `settled` may be called before this returns. */
  start(body?: Buffer): void {
    if (body !== undefined) {
      this.body = body;
      // Whoever waited to be told to send the body has sent it.
      this.text = editedHead(this.text, { names: ['expect'], lines: '' });
    }
    this.goOn();
  }

  /** Nobody waits any more. */
  abort(): void {
    this.isOver = true;
    this.runtime.wheel.remove(this.timer);
    this.check?.cancel();
  }

  /** What is done with the request, once all is settled; `asker.request` is its head, read anew. */
  decide(asker: Asker): Decision {
    const { refusal, gated } = this;
    if (refusal === undefined) return afterGate(gated, { filters: this.passed, elapsedMs: this.runtime.wheel.elapsedSince(this.startedAt) }, asker);
    const answer = typeof refusal === 'string' ? refusalAnswer(refusal) : refusal;
    return { ...answer, lines: (answer.lines ?? '') + gated.refusalLines };
  }

  private goOn(): void {
    const { steps } = this.gated.gate;
    for (let step = steps[this.at]; step !== undefined; step = steps[this.at]) {
      this.at++;
      if (step.kind === 'respond') return this.settle(respondAnswer(step));
      if (step.kind === 'authorizer') return this.ask(step);
      this.passed.push(step);
    }
    if (this.gated.kind === 'listener') this.text = editedHead(this.text, compileHeaderEdit(this.passed, 'request-headers'));
    this.settle(undefined);
  }

  private ask(authorizer: Authorizer): void {
    const { runtime, request: { facts, context, version } } = this;
    head.believed = facts.isTrusted;
    if (head.read(`${this.text}\r\n`, 0, roomier(runtime.options.limits)) !== undefined) return this.settle('auth-failed');
    head.requestId = this.requestId;
    const changes = { requestEdit: compileHeaderEdit(this.passed, 'request-headers'), rewrite: compileRewrite(this.passed) };
    const isGrpc = authorizer.filter.protocol === 'grpc';
    const checked = checkedRequest(head, changes, { facts, context, version, body: authorizer.filter.bodyBytes > 0 ? this.body : this.body.subarray(0, 0) });
    const text = isGrpc ? grpcCheckText(authorizer, checked, Date.now()) : httpCheckText(authorizer, checked);
    runtime.stats.authChecks++;
    this.check = new Check({ pool: authorizer.pool, text, toHead: !isGrpc && checked.method === 'HEAD' }, runtime, (answer) => this.take(resultOf(authorizer, answer, checked)));
    this.check.start();
  }

  private take(result: CheckResult): void {
    const { stats } = this.runtime;
    this.check = undefined;
    if (result.kind === 'allowed') {
      this.passed.push(...result.filters);
      for (const { remove, set } of result.filters) this.takenOut.push(...remove, ...set.map(({ name }) => name));
      return this.goOn();
    }
    if (result.kind === 'failed') stats.authFailed++;
    else stats.authDenied++;
    this.settle(result.kind === 'failed' ? result.cause : result.answer);
  }

  private timeOut(): void {
    this.runtime.stats.timeouts++;
    this.check?.cancel();
    this.settle('request-timeout');
  }

  private settle(refusal: Answer | Cause | undefined): void {
    if (this.isOver) return;
    this.isOver = true;
    this.runtime.wheel.remove(this.timer);
    this.refusal = refusal;
    this.settled();
  }
}

function resultOf(authorizer: Authorizer, answer: CheckAnswer | Cause, checked: CheckedRequest): CheckResult {
  if (typeof answer === 'string') return { kind: 'failed', cause: answer };
  if (answer.status < 200) return unusable;
  return authorizer.filter.protocol === 'grpc' ? grpcResult(answer, checked) : httpResult(authorizer, answer, checked);
}
