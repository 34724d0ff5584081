import { sendCopies } from '../filter/mirror/copy.ts';
import { beginSession } from '../persistence/begin-session.ts';
import type { BackendTarget, ForwardAction } from '../route/action.ts';
import { responseChanges } from '../route/decide.ts';
import { clientAddressOf, type ClientFacts } from './client-facts.ts';
import { Exchange, type ExchangeClient } from './exchange.ts';
import { idempotentMethods } from './methods.ts';
import type { RequestHead } from './request-head.ts';
import { requestHeadText } from './write-head.ts';

/** A request whose head was the last one read, and where it goes. */
export interface RequestAtHand {
  readonly head: RequestHead;
  readonly facts: ClientFacts;
  readonly action: ForwardAction;
  readonly target: BackendTarget;
  /** The whole body, where it came with the head. */
  readonly body: string;
  /** `body` is all of it. */
  readonly isWhole: boolean;
  /** The protocol that the client asks to change to, or `''`. */
  readonly upgrade: string;
}

const none: readonly never[] = [];

/** Sends the copies of a request to its mirrors, and makes its exchange, which has yet to be started. */
export function exchangeFor(client: ExchangeClient, request: RequestAtHand): Exchange {
  const { head, facts, action, target, body, isWhole, upgrade } = request;
  const toHead = head.method === 'HEAD';
  const context = client.observation.facts?.trace?.forwarded;
  // Copies come first: each head is made from fewer of the client's fields than the one before it.
  const copies = target.mirrors.length === 0 || upgrade !== '' ? none : sendCopies(target.mirrors, {
    isWhole, isBare: target.pool.protocol === 'h2c', toHead, textFor: (mirror) => requestHeadText(head, mirror, facts, context) + body,
  }, client.runtime);
  const session = target.sessions === undefined ? undefined : beginSession(target.sessions, head, facts, client.runtime.options.sessionKey);
  const text = requestHeadText(head, target, facts, context) + body;
  const { responseEdit, refusalLines } = responseChanges(target, head);
  const balanced = target.pool.isHashed ? target.pool.hintFor(head, clientAddressOf(head, facts)) : undefined;
  const hint = session?.token === undefined ? balanced : { token: session.token, hash: balanced?.hash };
  return new Exchange(client, { text, isWhole, toHead, upgrade, isIdempotent: idempotentMethods.has(head.method), responseEdit, refusalLines, copies, session, hint }, action, target);
}
