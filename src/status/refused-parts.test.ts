import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GatewayNode, Graph, RouteNode } from '../attach/index.ts';
import type { RefusedPart } from '../contract/index.ts';
import type { Model } from '../model/index.ts';
import { LiveStatuses } from './live-statuses.ts';
import { refusedFindings } from './refused-parts.ts';

const ref = (name: string): RouteNode['ref'] => ({ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop', name });

/** A route with so many rules, accepted by Gateways `shop/a` and `shop/b`. */
function routeNode(name: string, rules: number): RouteNode {
  return {
    kind: 'HTTPRoute', ref: ref(name), route: { key: `shop/${name}`, generation: 1, object: { metadata: {}, spec: { parentRefs: [{ name: 'a' }, { name: 'b' }] } } },
    rules: Array.from({ length: rules }, (_, index) => ({ index })), resolvedRefs: { ok: true, reason: 'ResolvedRefs', message: 'fine' },
    parents: ['shop/a', 'shop/b'].map((gateway, index) => ({ index, gateway, accepted: { ok: true, reason: 'Accepted', message: 'attached' }, attachments: [] })),
  } as unknown as RouteNode;
}

function graphOf(...routes: readonly RouteNode[]): Graph {
  return {
    controllerName: 'test', classes: new Map(), gateways: new Map<string, GatewayNode>(), listenerSets: new Map(), routes, features: [], release: { ok: true, reason: '', message: '' },
    backendPolicies: [], telemetryPolicies: [], xbackends: [], trafficPolicies: [],
  } as unknown as Graph;
}

const part = (name: string, rule: number, more: Partial<RefusedPart> = {}): RefusedPart => ({ origin: { ...ref(name), rule, match: 0 }, why: 'too large', ...more });

type Conditions = readonly { readonly type: string; readonly status: string; readonly message: string }[];

/** `Type=Status` of each parent of a route. */
function said(statuses: LiveStatuses, graph: Graph, refused: readonly RefusedPart[] | undefined, name: string): { readonly parents: readonly string[]; readonly messages: string; readonly changed: readonly string[] } { // oxlint-disable-line max-params -- what is asked.
  const { documents, change } = statuses.update(graph, { placement: new Map(), report: { listeners: {}, ...(refused === undefined ? {} : { refused }) }, now: '2026-11-21T00:00:00Z' });
  const { parents } = documents.find((it) => it.ref.name === name)!.status as { readonly parents: readonly { readonly conditions: Conditions }[] };
  return {
    parents: parents.map((it) => it.conditions.filter(({ type }) => type !== 'ResolvedRefs').map(({ type, status }) => `${type}=${status}`).join(' ')),
    messages: parents.flatMap((it) => it.conditions.map(({ message }) => message)).join('\n'),
    changed: change.come.map((it) => it.ref.name),
  };
}

test('a rule that a data plane refuses is dropped, and said so until it is taken', () => {
  const [statuses, graph] = [new LiveStatuses(), graphOf(routeNode('one', 2), routeNode('two', 1))];
  assert.deepEqual(said(statuses, graph, undefined, 'one').parents, ['Accepted=True', 'Accepted=True']);
  const refused = said(statuses, graph, [part('one', 1)], 'one');
  assert.deepEqual(refused.parents, ['Accepted=True PartiallyInvalid=True', 'Accepted=True PartiallyInvalid=True']);
  assert.match(refused.messages, /^Dropped Rule 1 \(the data plane refuses it: too large\)/m);
  assert.deepEqual(refused.changed, ['one'], 'nothing else is written');
  assert.deepEqual(said(statuses, graph, [part('one', 1)], 'one').changed, [], 'and this once');
  const mended = said(statuses, graph, undefined, 'one');
  assert.deepEqual([mended.parents, mended.changed], [['Accepted=True', 'Accepted=True'], ['one']]);
});

test('a route of which no rule is left is not accepted, by the Gateway whose data planes refuse it', () => {
  const [statuses, graph] = [new LiveStatuses(), graphOf(routeNode('one', 2))];
  assert.deepEqual(said(statuses, graph, [part('one', 0, { gateway: 'shop/a' }), part('one', 1, { gateway: 'shop/a' })], 'one').parents, ['Accepted=False', 'Accepted=True']);
});

test('many routes that are refused at once are all said', () => {
  const graph = graphOf(...Array.from({ length: 100 }, (_, index) => routeNode(`r${index}`, 2)));
  const statuses = new LiveStatuses();
  said(statuses, graph, undefined, 'r0');
  const refused = said(statuses, graph, graph.routes.map((it) => part(it.ref.name, 0)), 'r99');
  assert.equal(refused.changed.length, 100);
  assert.deepEqual(refused.parents[0], 'Accepted=True PartiallyInvalid=True');
});

test('a finding names the rule', () => {
  const source = { locate: () => ({ file: 'a.yaml', line: 7, column: 3 }), excerpt: () => '- matches:' };
  const objects = { HTTPRoute: new Map([['shop/one', { source }]]) } as unknown as Model['objects'];
  const [finding] = refusedFindings({ listeners: {}, refused: [part('one', 1)] }, { objects });
  assert.deepEqual([finding?.severity, finding?.position?.line, finding?.message], ['error', 7, 'HTTPRoute shop/one: rules[1]: the data plane refuses it, and its requests get 500: too large']);
});
