import { isDeepStrictEqual } from 'node:util';
import { type Fields, type Message, valuesOf } from '../../harness/http-message.ts';
import type { Expected, Named, Saw } from './behaviour-case.ts';
import { type Answer, printed } from './client.ts';

type Fact = readonly [what: string, wanted: unknown, got: unknown];

function mismatches(facts: readonly Fact[]): string[] {
  return facts.filter(([, wanted, got]) => wanted !== undefined && !isDeepStrictEqual(wanted, got))
    .map(([what, wanted, got]) => `${what}: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`);
}

interface FieldExpectation {
  readonly headers?: Named | undefined;
  readonly matches?: Readonly<Record<string, string>> | undefined;
  readonly absent?: readonly string[] | undefined;
}

function fieldMismatches(where: string, fields: Fields, { headers, matches, absent }: FieldExpectation): string[] {
  const facts = Object.entries(headers ?? {}).map(([name, wanted]): Fact => [`${where} ${name}`, [wanted].flat(), valuesOf(fields, name)]);
  const odd = Object.entries(matches ?? {}).filter(([name, pattern]) => {
    const values = valuesOf(fields, name);
    return values.length !== 1 || !new RegExp(`^(?:${pattern})$`).test(values[0] ?? '');
  });
  return [
    ...mismatches(facts),
    ...odd.map(([name, pattern]) => `${where} ${name}: expected one like ${pattern}, got ${JSON.stringify(valuesOf(fields, name))} in ${printed(fields)}`),
    ...(absent ?? []).filter((name) => valuesOf(fields, name).length > 0).map((name) => `${where} ${name}: expected none, got ${JSON.stringify(valuesOf(fields, name))}`),
  ];
}

/** What a pod has seen, against what it should have. */
export function sawMismatches(message: Message, saw: Saw): string[] {
  const [method, ...rest] = message.startLine.split(' ');
  return [
    ...mismatches([
      ['method at the backend', saw.method, method], ['path at the backend', saw.path, rest.slice(0, -1).join(' ')],
      ['Host at the backend', saw.host === undefined ? undefined : [saw.host], valuesOf(message.fields, 'host')],
      ['body at the backend', saw.body, message.body.toString('latin1')], ['body size at the backend', saw.bodyBytes, message.body.length],
    ]),
    ...fieldMismatches('request field', message.fields, saw),
    ...fieldMismatches('request trailer', message.trailers, { headers: saw.trailers }),
  ];
}

/** What a client has got, against what it should have. */
export function answerMismatches(answer: Answer, expected: Expected): string[] {
  return [
    ...mismatches([
      ['status', expected.status ?? 200, answer.status], ['reason', expected.reason, answer.startLine.slice(13)],
      ['interim answers', expected.interim, answer.interim], ['broken', expected.broken ?? false, answer.isBroken],
      ['body', expected.body, answer.body.toString('latin1')], ['body size', expected.bodyBytes, answer.body.length],
    ]),
    ...fieldMismatches('response field', answer.fields, expected),
    ...fieldMismatches('response trailer', answer.trailers, { headers: expected.trailers }),
  ];
}
