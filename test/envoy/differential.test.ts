/**
 * Envoy does what the native proxy would do, on generated configurations and requests. ENVOY_PAIRS is how many; skipped where there is no Envoy.
 * What the native proxy would do is what its rehearsal tells, which other tests compare with what it does; where weights decide, it is one of
 * several outcomes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainRequest, readAsked, type RequestExplanation, type Written } from '../../src/explain/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { headText } from '../../src/proxy/rehearsal/request-look.ts';
import { ask, type Echo, echo, fieldsOf } from '../explain/echo.ts';
import { configurations, written } from '../explain/generated.ts';
import { knownFrom } from '../explain/known.ts';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { EnvoyPlane } from '../harness/envoy-plane.ts';
import { type Message, valuesOf } from '../harness/http-message.ts';
import { differenceOf } from './known-differences.ts';

const pairs = Number(process.env['ENVOY_PAIRS'] ?? 150);
const requestsEach = 5;
const binary = envoyBinary();

/** An answer in one line, as far as both data planes have it. */
function outcomesOf({ targets, status, answerHeaders }: RequestExplanation): string[] {
  if (targets.length === 0) return [answerLine(status ?? 0, answerHeaders?.filter((it) => it.startsWith('location: ')).map((it) => it.slice(10)) ?? [])];
  return targets.filter(({ weight }) => weight > 0).map(({ backend, sent, instead }) => (
    instead === undefined ? line(/default\/(\w+)/.exec(backend)?.[1], sent?.method, sent?.host, sent?.target, sent?.headers.map(({ name, value }) => `${name}: ${value}`).sort()) : answerLine(Number(instead.split(' ')[0]), [])));
}

function line(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

function answerLine(status: number, location: readonly string[]): string {
  return line(status, ...location);
}

function outcomeOf(answer: Message): string {
  const status = Number(answer.startLine.split(' ')[1]);
  if (!answer.body.toString('utf8').startsWith('{"backend"')) return answerLine(status, valuesOf(answer.fields, 'location'));
  const got = JSON.parse(answer.body.toString('utf8')) as Echo;
  const host = got.headers[got.headers.findIndex((it) => it.toLowerCase() === 'host') + 1];
  return line(got.backend, got.method, host, got.target, fieldsOf(got));
}

test('Envoy answers as the native proxy would', { timeout: 3_600_000, skip: binary === undefined ? howToGetEnvoy : false }, async (t) => {
  const backends = { a: await echo(t, 'a'), b: await echo(t, 'b') };
  const plane = new EnvoyPlane(binary!);
  t.after(() => plane.stop());
  const counts = new Map<string, number>();
  await fc.assert(fc.asyncProperty(configurations(backends), fc.array(written, { minLength: requestsEach, maxLength: requestsEach }), async (objects, requests: readonly Written[]) => {
    const known = knownFrom(objects, '127.0.77.0/24');
    await plane.apply(known.ir);
    const [place] = Object.values(known.ir.sockets);
    for (const request of requests) {
      const asked = readAsked({ ...request, method: request.method.toUpperCase() });
      assert.ok(typeof asked !== 'string' && asked.kind === 'request');
      if (place === undefined) continue;
      const explanation = explainRequest(asked, known, { rehearse, rehearseConnection });
      // Envoy cuts off the one dot that may stand behind a host.
      const said = outcomesOf(explanation).map((it) => it.replaceAll(asked.request.host, asked.request.host.replace(/\.$/, '')));
      const difference = differenceOf(asked.request, explanation, known.ir);
      counts.set(difference ?? 'the same', (counts.get(difference ?? 'the same') ?? 0) + 1);
      if (difference !== undefined) continue;
      const got = outcomeOf(await ask(place, headText(asked.request)));
      assert.ok(said.includes(got), `${request.method} ${request.url} ${JSON.stringify(request.headers)}: Envoy ${got}, native ${said.join(' or ')}`);
    }
  }), { numRuns: Math.ceil(pairs / requestsEach) });
  if (pairs > 150) console.log(Object.fromEntries(counts));
  assert.ok((counts.get('the same') ?? 0) > pairs / 2, `most is compared: ${JSON.stringify([...counts])}`);
});
