/** The table's own checks: each expectation fails where it must, so that a case that passes says something. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BehaviourCase, Expected, RequestParts, Step } from './harness/behaviour-case.ts';
import { native } from './harness/data-plane.ts';
import { checkCase } from './harness/load-cases.ts';
import { runStep } from './harness/run-step.ts';
import { World } from './harness/world.ts';

const kind = native;
const one: BehaviourCase = {
  about: '', spec: '', steps: [],
  backends: {
    a: {}, b: {},
    broken: { answer: ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart', { closes: 'end' }] },
    closing: { answer: ['HTTP/1.1 200 OK\r\nX-A: 1\r\nX-A: 2\r\nContent-Length: 2\r\n\r\nok'] },
  },
  manifests: [{
    kind: 'HTTPRoute', metadata: { name: 'r' },
    spec: { parentRefs: [{ name: 'gw' }], rules: ['a', 'b', 'broken', 'closing'].map((name) => ({ matches: [{ path: { value: `/${name}` } }], backendRefs: [{ name, port: 80 }] })) },
  }],
};

const wrong: readonly (readonly [request: RequestParts, expect: Expected, problem: RegExp])[] = [
  [{ path: '/a' }, { status: 404 }, /status: expected 404, got 200/],
  [{ path: '/other' }, {}, /status: expected 200, got 404/],
  [{ path: '/a' }, { reason: 'Fine' }, /reason/],
  [{ path: '/a' }, { backend: 'b' }, /backend: expected b, got a/],
  [{ path: '/a' }, { backend: 'none' }, /backend: expected none, got a/],
  [{ path: '/other' }, { status: 404, backend: 'a' }, /backend: expected a, got none/],
  [{ path: '/a' }, { body: 'x' }, /body: expected "x", got "a-1"/],
  [{ path: '/a' }, { bodyBytes: 4 }, /body size/],
  [{ path: '/closing' }, { headers: { 'X-A': '1' } }, /response field X-A/],
  [{ path: '/closing' }, { headers: { 'X-A': ['2', '1'] } }, /response field X-A/],
  [{ path: '/closing' }, { absent: ['x-a'] }, /response field x-a: expected none/],
  [{ path: '/a' }, { matches: { date: '2' } }, /response field date/],
  [{ path: '/a' }, { trailers: { x: 'y' } }, /response trailer x/],
  [{ path: '/a' }, { interim: [100] }, /interim/],
  [{ path: '/broken' }, {}, /broken: expected false, got true/],
  [{ path: '/a' }, { broken: true }, /broken: expected true, got false/],
  [{ path: '/a', version: '1.0' }, { connection: 'kept' }, /connection: expected kept/],
  [{ path: '/a' }, { handshake: 'fails' }, /the handshake succeeded/],
  [{ path: '/a' }, { certificate: 'any' }, /certificate/],
  [{ path: '/a?x' }, { saw: { path: '/a' } }, /path at the backend: expected "\/a", got "\/a\?x"/],
  [{ path: '/a' }, { saw: { method: 'POST' } }, /method at the backend/],
  [{ path: '/a' }, { saw: { host: 'x' } }, /Host at the backend/],
  [{ path: '/a', body: 'text' }, { saw: { body: 'tex' } }, /body at the backend/],
  [{ path: '/a', headers: { 'X-B': 'y' } }, { saw: { absent: ['x-b'] } }, /request field x-b: expected none/],
  [{ path: '/a', headers: { 'X-B': 'y' } }, { saw: { headers: { 'x-b': 'Y' } } }, /request field x-b/],
  [{ path: '/a' }, { saw: { matches: { 'x-request-id': '[0-9]' } } }, /request field x-request-id/],
  [{ path: '/a', chunks: ['x'], trailers: { a: 'b' } }, { saw: { trailers: { a: 'c' } } }, /request trailer a/],
];

const wrongSteps: readonly (readonly [step: Step, problem: RegExp])[] = [
  [{ request: { path: '/a' }, times: 2, shares: { a: 1, b: 1 } }, /shares: expected {"a":1,"b":1}, got {"a":2}/],
  [{ request: { path: '/a' }, times: 2, expect: { status: 201 } }, /status/],
  [{ raw: 'GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n', answers: [{ backend: 'b' }, { backend: 'a' }] }, /backend: expected b, got a/],
  [{ connect: 'gw/http', is: 'refused' }, /expected refused, got open/],
];

test('an expectation that does not hold is said', { timeout: 60_000 }, async (t) => {
  const world = await World.start(one, kind);
  t.after(() => world.stop());
  for (const [request, expect, problem] of wrong) assert.match((await runStep({ request, expect }, world, one)).join('\n') || 'nothing', problem, JSON.stringify(request));
  for (const [step, problem] of wrongSteps) assert.match((await runStep(step, world, one)).join('\n') || 'nothing', problem, JSON.stringify(step));
});

test('a connection that ends is not taken for one that goes on', { timeout: 60_000 }, async (t) => {
  const world = await World.start(one, kind);
  t.after(() => world.stop());
  const more = 'GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  assert.match((await runStep({ raw: more, expect: { connection: 'closed' } }, world, one)).join(), /connection: expected its end/);
  await assert.rejects(runStep({ wire: 'w', send: 'GET / HTTP/1.0\r\n\r\n', receives: 'never' }, world, one), /ended before "never"/);
  await assert.rejects(runStep({ request: {}, to: 'gw/other' }, world, one), /no listener gw\/other/);
});

test('what the runner would pass over is refused', () => {
  const base = { about: 'x', spec: 'x', manifests: [], steps: [] };
  const cases: readonly unknown[] = [
    { ...base, step: [] }, { ...base, backends: { a: { pod: 1 } } }, { ...base, steps: [{ requests: {} }] }, { ...base, steps: [{ request: { hosts: 'x' } }] },
    { ...base, steps: [{ request: {}, expect: { stat: 1 } }] }, { ...base, steps: [{ request: {}, expect: { saw: { paths: 1 } } }] }, { about: 'x', manifests: [], steps: [] },
  ];
  for (const odd of cases) assert.throws(() => checkCase(odd as BehaviourCase, 'it'), /^Error: it: /);
});
