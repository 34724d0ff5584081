import { isDeepStrictEqual } from 'node:util';
import { CheckFailed } from './check.ts';
import type { Answer } from './send.ts';

/** Names that a check may use for values known only at run time. */
export interface Placeholders {
  readonly gatewayAddress: string;
}

type Expectation = (answer: Answer, expected: never, places: Placeholders) => void;

interface EchoBody {
  readonly request?: { readonly headers?: Readonly<Record<string, string>> };
}

/** One function for each key of `expect` that is about a single answer. */
const expectations: Readonly<Record<string, Expectation>> = {
  status: (answer, expected: number) => equal('status', answer.status, expected),
  statusIn: (answer, expected: number[]) => holds(expected.includes(answer.status), `status ${answer.status}, expected one of ${expected.join(', ')}`),
  httpVersion: (answer, expected: string) => equal('HTTP version', answer.httpVersion.replace(/\.0$/, ''), expected),
  grpcStatus: (answer, expected: number) => equal('gRPC status', answer.headers['grpc-status'], String(expected)),
  location: (answer, expected: string) => equal('Location', answer.headers['location'], expected),
  backend: (answer, expected: Record<string, string>) => {
    for (const [part, value] of Object.entries(expected)) equal(`backend's ${part}`, backendPart(answer, part), value);
  },
  json: (answer, expected: Record<string, unknown>) => {
    const body = jsonBody(answer);
    for (const [name, value] of Object.entries(expected)) {
      holds(isDeepStrictEqual(body[name], value), `body's ${name} is ${JSON.stringify(body[name])}, expected ${JSON.stringify(value)}`);
    }
  },
  jsonMatches: (answer, expected: Record<string, string>) => {
    for (const [path, pattern] of Object.entries(expected)) {
      const value = path.split('.').reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], jsonBody(answer));
      matches(`body's ${path}`, String(value), pattern);
    }
  },
  bodyMatches: (answer, expected: string) => matches('body', answer.body.trim(), expected),
  requestHeaders: (answer, expected: HeaderSpec, places) => {
    const received = Object.entries((jsonBody(answer) as EchoBody).request?.headers ?? {});
    checkHeaders('request header', new Map(received.map(([name, value]) => [name.toLowerCase(), value])), { expected, answer, places });
  },
  responseHeaders: (answer, expected: HeaderSpec, places) => {
    const received = Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const);
    checkHeaders('response header', new Map(received), { expected, answer, places });
  },
  tls: (answer, expected: Record<string, unknown>) => checkTls(answer, expected),
  anyOf: (answer, expected: Record<string, unknown>[], places) => {
    const problems = expected.map((option) => problemOf(() => expectAnswer(answer, option, places)));
    holds(problems.includes(undefined), problems.join('; or '));
  },
};

/** Keys that are about several answers, that only explain, or that say which pod of a cluster served it. */
const elsewhere: ReadonlySet<string> = new Set(['weights', 'seen', 'statusShare', 'tolerance', 'redirects', 'withinMs', 'document', 'optional', 'error', 'served', 'span', 'mirrored']);

/** Compares one answer; throws CheckFailed. A key that is not known fails too, so that nothing goes unchecked. */
export function expectAnswer(answer: Answer, expected: Readonly<Record<string, unknown>>, places: Placeholders): void {
  for (const [key, value] of Object.entries(expected)) {
    const expectation = expectations[key];
    if (expectation !== undefined) expectation(answer, value as never, places);
    else if (!elsewhere.has(key)) throw new CheckFailed(`the runner does not know the expectation "${key}"`);
  }
}

/** `app`, `version`, `pod` or `namespace` of who answered: from the echo headers, else from the body. */
export function backendPart(answer: Answer, part: string): string {
  const header = answer.headers[`x-echo-${part}`];
  if (typeof header === 'string') return header;
  return answer.headers['content-type'] === 'application/json' ? String(jsonBody(answer)[part] ?? '') : '';
}

/** Values of request headers that must differ from answer to answer: what the backend received under that name. */
export function receivedHeader(answer: Answer, name: string): string {
  return (jsonBody(answer) as EchoBody).request?.headers?.[name.toLowerCase()] ?? '';
}

interface HeaderSpec {
  readonly equals?: Readonly<Record<string, string>>;
  readonly notEquals?: Readonly<Record<string, string>>;
  readonly matches?: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, readonly string[]>>;
  readonly present?: readonly string[];
  readonly absent?: readonly string[];
  readonly distinct?: readonly string[];
}

function checkHeaders(what: string, received: ReadonlyMap<string, string>, context: { expected: HeaderSpec; answer: Answer; places: Placeholders }): void {
  const { expected, answer, places } = context;
  const get = (name: string) => received.get(name.toLowerCase());
  const filled = (value: string) => value.replace('{client.address}', answer.client).replace('{gateway.address}', places.gatewayAddress);
  for (const [name, value] of Object.entries(expected.equals ?? {})) equal(`${what} ${name}`, get(name), filled(value));
  for (const [name, value] of Object.entries(expected.notEquals ?? {})) holds(get(name) !== value, `${what} ${name} is ${value}, which it must not be`);
  for (const [name, pattern] of Object.entries(expected.matches ?? {})) matches(`${what} ${name}`, get(name) ?? '', pattern);
  for (const [name, values] of Object.entries(expected.values ?? {})) {
    const list = (get(name) ?? '').split(',').map((value) => value.trim());
    holds(isDeepStrictEqual(list, values), `${what} ${name} is ${JSON.stringify(list)}, expected ${JSON.stringify(values)}`);
  }
  for (const name of expected.present ?? []) holds(received.has(name.toLowerCase()), `${what} ${name} is missing`);
  for (const name of expected.absent ?? []) holds(!received.has(name.toLowerCase()), `${what} ${name} is ${get(name)}, expected none`);
}

function checkTls(answer: Answer, expected: Readonly<Record<string, unknown>>): void {
  const { tls } = answer;
  if (tls === undefined) throw new CheckFailed('the answer did not come over TLS');
  const facts: Readonly<Record<string, unknown>> = { verified: tls.verified, subjectCN: tls.subject, issuerCN: tls.issuer, san: tls.names, chain: tls.verified ? 'complete' : 'incomplete' };
  for (const [name, value] of Object.entries(expected)) {
    holds(isDeepStrictEqual(facts[name], value), `TLS ${name} is ${JSON.stringify(facts[name])}, expected ${JSON.stringify(value)}`);
  }
}

function jsonBody(answer: Answer): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(answer.body) as Record<string, unknown>;
  } catch (error) {
    throw new CheckFailed(`the body is not JSON (status ${answer.status}): ${answer.body.slice(0, 100)}`, { cause: error });
  }
}

function problemOf(compare: () => void): string | undefined {
  try {
    compare();
    return undefined;
  } catch (error) {
    if (error instanceof CheckFailed) return error.message;
    throw error;
  }
}

function equal(what: string, actual: unknown, expected: unknown): void {
  holds(actual === expected, `${what} is ${actual ?? 'missing'}, expected ${expected}`);
}

function matches(what: string, actual: string, pattern: string): void {
  holds(new RegExp(pattern).test(actual), `${what} is ${JSON.stringify(actual.slice(0, 200))}, expected to match ${pattern}`);
}

export function holds(condition: boolean, message: string): void {
  if (!condition) throw new CheckFailed(message);
}
