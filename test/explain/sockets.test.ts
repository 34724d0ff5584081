/** What an explanation says equals what comes back from the proxy, and what backends get, on real sockets. EXPLAIN_SOCKET_PAIRS is how many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainRequest, readAsked, type RequestExplanation, type Written } from '../../src/explain/index.ts';
import type { Ir } from '../../src/ir/index.ts';
import { createProxy, rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { headText } from '../../src/proxy/rehearsal/request-look.ts';
import { type Message, valuesOf } from '../harness/http-message.ts';
import { ask, type Echo, echo, fieldsOf } from './echo.ts';
import { configurations, written } from './generated.ts';
import { knownFrom } from './known.ts';

const pairs = Number(process.env['EXPLAIN_SOCKET_PAIRS'] ?? 150);
const requestsEach = 5;

/** Sockets that the proxy can bind anywhere: what users know of ports stays in the listeners. */
function unplaced(ir: Ir): Ir {
  return { ...ir, sockets: Object.fromEntries(Object.keys(ir.sockets).map((key) => [key, { address: '127.0.0.1', port: 0 }])) };
}

function check(explanation: RequestExplanation, answer: Message): void {
  const status = Number(answer.startLine.split(' ')[1]);
  const [cause] = valuesOf(answer.fields, 'x-postern-cause');
  const { targets } = explanation;
  const good = targets.filter(({ weight, instead }) => weight > 0 && instead === undefined);
  if (status === 200 && cause === undefined) {
    const got = JSON.parse(answer.body.toString('utf8')) as Echo;
    const host = got.headers[got.headers.findIndex((it) => it.toLowerCase() === 'host') + 1];
    const seen = { backend: got.backend, method: got.method, target: got.target, host, fields: fieldsOf(got) };
    const said = good.map(({ backend, sent }) => ({ backend: /default\/(\w+)/.exec(backend)?.[1], method: sent?.method, target: sent?.target, host: sent?.host, fields: sent?.headers.map(({ name, value }) => `${name}: ${value}`).sort() }));
    assert.ok(said.some((it) => JSON.stringify(it) === JSON.stringify(seen)), `${JSON.stringify(seen)} is none of ${JSON.stringify(said)}`);
    return;
  }
  const bad = targets.filter(({ weight, instead }) => weight > 0 && instead !== undefined).map(({ instead }) => instead);
  const said = targets.length === 0 ? [`${explanation.status ?? ''} ${explanation.code ?? ''}`.trim()] : bad;
  assert.ok(said.includes(`${status} ${cause ?? ''}`.trim()), `${status} ${cause ?? ''} is none of ${said.join(', ')}`);
  const location = explanation.answerHeaders?.filter((it) => it.startsWith('location: ')).map((it) => it.slice(10)) ?? [];
  if (targets.length === 0) assert.deepEqual(valuesOf(answer.fields, 'location'), location);
}

test('an explanation says what clients and backends get', { timeout: 3_600_000 }, async (t) => {
  const backends = { a: await echo(t, 'a'), b: await echo(t, 'b') };
  const proxy = createProxy({ causeHeader: true });
  t.after(() => proxy.close(0));
  await fc.assert(fc.asyncProperty(configurations(backends), fc.array(written, { minLength: requestsEach, maxLength: requestsEach }), async (objects, requests: readonly Written[]) => {
    const known = knownFrom(objects);
    await proxy.apply(unplaced(known.ir));
    const [place] = Object.values(proxy.bound());
    for (const request of requests) {
      // Node's own server, which plays the backends, knows no methods in small letters.
      const asked = readAsked({ ...request, method: request.method.toUpperCase() });
      assert.ok(typeof asked !== 'string' && asked.kind === 'request' && place !== undefined);
      const explanation = explainRequest(asked, known, { rehearse, rehearseConnection });
      check(explanation, await ask(place, headText(asked.request)));
    }
  }), { numRuns: Math.ceil(pairs / requestsEach) });
});
