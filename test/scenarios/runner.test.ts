import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharesOf, within } from './check-request.ts';
import { checkStatus } from './check-status.ts';
import { CheckFailed, type StatusSpec } from './check.ts';
import { expectAnswer } from './expect-answer.ts';
import type { Answer } from './send.ts';
import type { AppliedEvent } from './serving.ts';

// A runner that cannot fail proves nothing: each kind of expectation is shown an answer that breaks it.

const answer: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json', 'x-echo-app': 'web', 'x-echo-version': 'v1', location: 'http://a/' },
  body: JSON.stringify({ app: 'web', id: 1, environment: { HOSTNAME: 'web-1' }, request: { headers: { foo: 'a, b', 'x-forwarded-for': '127.0.0.1' } } }),
  httpVersion: '1.1',
  client: '127.0.0.1',
};
const places = { gatewayAddress: '127.1.0.1' };

const good: readonly Record<string, unknown>[] = [
  { status: 200, backend: { app: 'web', version: 'v1' }, location: 'http://a/', httpVersion: '1.1' },
  { json: { id: 1 }, jsonMatches: { 'environment.HOSTNAME': '^web-.+$' } },
  { requestHeaders: { equals: { 'X-Forwarded-For': '{client.address}' }, values: { Foo: ['a', 'b'] }, present: ['foo'], absent: ['bar'], notEquals: { foo: 'a' } } },
  { anyOf: [{ status: 404 }, { status: 200, backend: { app: 'web' } }] },
];

const bad: readonly Record<string, unknown>[] = [
  { status: 404 },
  { statusIn: [403, 503] },
  { backend: { app: 'other' } },
  { backend: { namespace: 'default' } },
  { location: 'http://b/' },
  { httpVersion: '2' },
  { json: { id: 2 } },
  { json: { missing: 1 } },
  { jsonMatches: { 'environment.HOSTNAME': '^api' } },
  { bodyMatches: '^Hello' },
  { requestHeaders: { equals: { foo: 'a' } } },
  { requestHeaders: { values: { foo: ['b', 'a'] } } },
  { requestHeaders: { present: ['bar'] } },
  { requestHeaders: { absent: ['foo'] } },
  { requestHeaders: { matches: { foo: '^x' } } },
  { requestHeaders: { notEquals: { foo: 'a, b' } } },
  { responseHeaders: { absent: ['x-echo-app'] } },
  { tls: { verified: true } },
  { anyOf: [{ status: 404 }, { status: 200, backend: { app: 'api' } }] },
  { nobodyKnowsThis: 1 },
];

test('an answer that fits passes', () => {
  for (const expected of good) expectAnswer(answer, expected, places);
});

for (const expected of bad) {
  test(`${JSON.stringify(expected)} fails`, () => {
    assert.throws(() => expectAnswer(answer, expected, places), CheckFailed);
  });
}

test('shares outside the tolerance fail, and so does a stranger', () => {
  const shares = sharesOf(['a', 'a', 'a', 'b']);
  within(shares, { a: 75, b: 25 }, 0);
  within(shares, { a: 70, b: 30 }, 5);
  assert.throws(() => within(shares, { a: 70, b: 30 }, 4), CheckFailed);
  assert.throws(() => within(shares, { a: 75 }, 5), CheckFailed);
  assert.throws(() => within(shares, { a: 75, b: 25, c: 10 }, 5), CheckFailed);
});

const condition = { type: 'Accepted', status: 'True', reason: 'Accepted', message: '', observedGeneration: 2 };
const event: AppliedEvent = {
  event: 'applied', revision: 1, gateways: [], findings: [],
  objects: [
    {
      kind: 'Gateway', metadata: { namespace: 'a', name: 'gw', generation: 2 },
      status: { conditions: [condition], addresses: [{ type: 'IPAddress', value: '127.1.0.1' }], listeners: [{ name: 'http', attachedRoutes: 1, supportedKinds: [{ kind: 'HTTPRoute' }], conditions: [condition] }] },
    },
    { kind: 'HTTPRoute', metadata: { namespace: 'a', name: 'r', generation: 1 }, status: { parents: [{ parentRef: { name: 'gw' }, controllerName: 'x', conditions: [condition] }] } },
  ],
};
const gateway = { kind: 'Gateway', namespace: 'a', name: 'gw' };
const route = { kind: 'HTTPRoute', namespace: 'a', name: 'r' };

test('a status that fits passes, and what waits is said', () => {
  checkStatus({ ...gateway, conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 'current' }], addresses: [{ type: 'IPAddress' }] }, event);
  checkStatus({ ...route, parents: [{ parentRef: { name: 'gw', namespace: 'a' }, conditions: [{ type: 'Accepted', status: 'True' }] }] }, event);
  assert.match(checkStatus({ ...gateway, listeners: [{ name: 'http', supportedKinds: ['GRPCRoute'] }] }, event) ?? '', /issue 4/);
});

const badStatuses: readonly StatusSpec[] = [
  { kind: 'Gateway', namespace: 'a', name: 'none' },
  { ...gateway, conditions: [{ type: 'Programmed', status: 'True' }] },
  { ...gateway, conditions: [{ type: 'Accepted', status: 'False' }] },
  { ...gateway, conditions: [{ type: 'Accepted', status: 'True', reason: 'Other' }] },
  { ...gateway, addresses: [{ type: 'Hostname' }] },
  { ...gateway, untouchedBy: 'x' },
  { ...gateway, supportedFeatures: ['HTTPRoute'] },
  { ...gateway, listeners: [{ name: 'https' }] },
  { ...gateway, listeners: [{ name: 'http', attachedRoutes: 2 }] },
  { ...gateway, listeners: [{ name: 'http', supportedKinds: ['TCPRoute'] }] },
  { ...route, parents: [{ parentRef: { name: 'other' } }] },
  { ...route, parents: [{ parentRef: { name: 'gw', namespace: 'b' } }] },
  { ...route, parents: [{ parentRef: { name: 'gw' }, controllerName: 'y' }] },
  { ...route, parents: [{ parentRef: { name: 'gw' }, conditions: [{ type: 'Accepted', status: 'True', observedGeneration: 'current' }] }] },
];

for (const spec of badStatuses) {
  test(`${JSON.stringify(spec)} fails`, () => {
    assert.throws(() => checkStatus(spec, event), CheckFailed);
  });
}
