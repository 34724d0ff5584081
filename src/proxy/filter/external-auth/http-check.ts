import type { Answer } from '../../http1/answer.ts';
import { refusalAnswer } from '../../http1/answer.ts';
import { utf8Of } from '../../utf8.ts';
import type { Authorizer } from './authorizer.ts';
import type { CheckAnswer } from './check.ts';
import { type CheckResult, deniedAnswer, isUntouchable, requestFilter } from './check-result.ts';
import type { CheckedRequest } from './checked-request.ts';

/** The request that asks an authorizer over HTTP: Host, method, path, Content-Length and Authorization always, other fields by name. */
export function httpCheckText({ filter, prefix }: Authorizer, request: CheckedRequest): string {
  const { method, target, host, fields, body } = request;
  const lines = fields.filter(([name]) => name === 'authorization' || filter.requestHeaders.includes(name)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${checkTarget(prefix, target)} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n${body.toString('latin1')}`;
}

/** `OPTIONS *` asks for no path, so behind a prefix there is none. */
function checkTarget(prefix: string, target: string): string {
  return target === '*' && prefix !== '' ? prefix : `${prefix}${target}`;
}

/** Fields that tell of the authorizer's own message: with an empty list all others go on (spec: HTTPAuthConfig.allowedResponseHeaders). */
const aboutAnswer: ReadonlySet<string> = new Set([
  'content-type', 'content-encoding', 'content-language', 'content-location', 'content-range', 'accept-ranges', 'date', 'server', 'vary', 'etag', 'last-modified', 'set-cookie',
]);

/** 200 lets a request go on, anything else is the client's answer. */
export function httpResult({ filter }: Authorizer, { status, fields, body }: CheckAnswer, request: CheckedRequest): CheckResult {
  if (status !== 200) return { kind: 'denied', answer: status < 300 ? misleading : deniedAnswer(status, fields, body.toString('latin1')) };
  const wanted = filter.responseHeaders;
  const taken = fields.filter(([name]) => !isUntouchable(name) && (wanted === 'all' ? !aboutAnswer.has(name) : wanted.includes(name)));
  const set = taken.map(([name, value]) => ({ name, value: utf8Of(value) }));
  return { kind: 'allowed', filters: [requestFilter({ remove: wanted === 'all' ? [] : wanted, set, add: [] }, request)] };
}

/** A refusal that looks like success would be taken for one. */
const misleading: Answer = refusalAnswer('auth-denied');
