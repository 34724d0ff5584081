import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nativeSettings } from '../cli/settings.ts';
import { assumeServed, compile } from '../controller/index.ts';
import { lower } from '../lower/index.ts';
import { statusDocuments } from '../status/index.ts';
import { certificateRows, type InForce, mapPart, objectPanel, objectRows, overview, pageOf, search, shown, Stages, trafficMap } from './index.ts';

const api = 'gateway.networking.k8s.io/v1';

function inForce(objects: readonly object[]): InForce {
  const sources = objects.map((value, order) => ({ value, generation: 1, order, locate: () => ({ file: 'in.yaml', line: order + 1, column: 1 }), excerpt: () => undefined }));
  const { model, graph, findings } = compile({ objects: sources, findings: [] }, nativeSettings({ strict: false }));
  const { placement, report } = assumeServed(graph, '127.0.10.0/24');
  const ir = lower(graph, placement);
  return { revision: 1, model, graph, ir, placement, report, findings, statuses: statusDocuments(graph, { placement, report, now: '' }), known: { ir, report, assumed: new Set(), meaning: { model, graph, findings } } };
}

function route(name: string, backend: string, parent = 'web'): object {
  return { apiVersion: api, kind: 'HTTPRoute', metadata: { name, namespace: 'shop' }, spec: { parentRefs: [{ name: parent }], hostnames: [`${name}.example.com`], rules: [{ backendRefs: [{ name: backend, port: 80 }] }] } };
}

const shop = [
  { apiVersion: api, kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } },
  { apiVersion: api, kind: 'Gateway', metadata: { name: 'web', namespace: 'shop' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', hostname: '*.example.com' }] } },
  ...['cart', 'pay'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { ports: [{ port: 80 }] } })),
  { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name: 'cart-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'cart' } }, ports: [{ name: '', port: 8080 }], endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['10.0.0.2'], conditions: { ready: false } }] },
  route('cart', 'cart'), route('pay', 'pay'), route('lost', 'cart', 'wbe'),
];
const slice = { from: 0, count: 10 };

test('the map joins what traffic joins, and a focus keeps what is upstream and downstream', () => {
  const map = trafficMap(inForce(shop));
  const names = (part: ReturnType<typeof mapPart>): string[] => Object.values(part.lanes).map(({ rows }) => rows.map(({ title, state }) => `${title} ${state}`).join(', '));
  assert.deepEqual(names(mapPart(map, { slice })), ['web good', 'http good', 'cart good, pay good, lost bad', 'every path good, every path bad', 'cart:80 warning, pay:80 bad', '10.0.0.1:8080 good, 10.0.0.2:8080 bad']);
  const focused = mapPart(map, { focus: 'service/shop/pay/80', slice });
  assert.deepEqual(names(focused), ['web good', 'http good', 'pay good', 'every path bad', 'pay:80 bad', '']);
  assert.equal(focused.focus?.title, 'pay:80');
  assert.deepEqual(focused.lanes.routes?.rows[0]?.from, ['gateway/shop/web/http']);
  assert.deepEqual(names(mapPart(map, { text: '10.0.0.2', slice })), ['web good', 'http good', 'cart good', 'every path good', 'cart:80 warning', '10.0.0.2:8080 bad']);
  assert.deepEqual(mapPart(map, { lane: 'routes', slice: { from: 1, count: 1 } }).lanes.routes?.rows.map(({ title }) => title), ['pay']);
});

test('mirrors and authorizers are on the way too', () => {
  const mirrored = { apiVersion: api, kind: 'HTTPRoute', metadata: { name: 'both', namespace: 'shop' }, spec: { parentRefs: [{ name: 'web' }], rules: [{ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: { name: 'pay', port: 80 } } }], backendRefs: [{ name: 'cart', port: 80 }] }] } };
  const map = trafficMap(inForce([...shop, mirrored]));
  assert.deepEqual(map.byKey.get('httproute/shop/both/rules/0')?.to, ['service/shop/cart/80', 'service/shop/pay/80']);
});

test('the first page says what needs mending, the worst first', () => {
  const { verdict, state, problems, counts } = overview(inForce(shop), slice);
  assert.deepEqual([verdict, state], ['One thing needs mending.', 'bad']);
  assert.deepEqual(problems.rows.map(({ key, place }) => [key, place]), [['httproute/shop/lost', 'in.yaml:8:1']]);
  assert.deepEqual([counts.attached, counts.routes, counts.ready, counts.endpoints], [2, 3, 1, 2]);
});

test('lists tell broken objects from good ones', () => {
  const rows = objectRows(inForce(shop));
  assert.deepEqual(rows.filter(({ state }) => state === 'bad').map(({ key }) => key), ['httproute/shop/lost']);
  assert.equal(rows.find(({ key }) => key === 'gateway/shop/web')?.words, 'class postern · HTTP 80');
  assert.deepEqual(pageOf([1, 2, 3], { from: 2, count: 5 }), { total: 3, from: 2, rows: [3] });
  assert.equal(pageOf(Array.from({ length: 9999 }), { from: 0, count: 9999 }).rows.length, 500);
});

test('a host or a path becomes requests to the listeners that could take it', () => {
  const it = inForce(shop);
  const found = (text: string): string[] => search(text, objectRows(it), it.ir).requests.map(({ url }) => url);
  assert.deepEqual(found('cart.example.com/x'), ['http://cart.example.com/x']);
  assert.deepEqual(found('/x'), ['http://www.example.com/x']);
  assert.deepEqual(found('cart.example.com:8080'), ['http://cart.example.com:8080/']);
  assert.deepEqual(found('https://a.example/'), ['https://a.example/']);
  assert.deepEqual(found('cart'), []);
  assert.deepEqual(search('pay', objectRows(it), it.ir).objects.map(({ key }) => key), ['httproute/shop/pay', 'service/shop/pay']);
});

test('a panel has the answer, the conditions and the way to the map', () => {
  const panel = objectPanel({ name: 'httproute/shop/lost', tries: false }, inForce(shop));
  assert.ok('answer' in panel);
  assert.deepEqual([panel.state, panel.answer.state, panel.written, panel.box], ['bad', 'not attached', 'in.yaml:8:1', undefined]);
  const service = objectPanel({ name: 'service/shop/cart', tries: false }, inForce(shop));
  assert.ok('answer' in service);
  assert.equal(service.box, 'service/shop/cart/80');
  const nobody = objectPanel({ name: 'service/shop/nobody', tries: false }, inForce(shop));
  assert.match('problem' in nobody ? nobody.problem : '', /^there is no Service shop\/nobody/);
});

test('every stage leads to the next by its origins', () => {
  const stages = new Stages(inForce(shop));
  const written = stages.entry('objects', 'httproute/shop/cart');
  assert.equal(written?.place, 'in.yaml:6:1');
  assert.deepEqual(written?.related.map(({ stage, key }) => `${stage} ${key}`), ['graph graph:httproute/shop/cart', 'ir httproute/shop/cart/0/0']);
  const lowered = stages.entry('ir', 'httproute/shop/cart/0/0');
  assert.deepEqual(lowered?.links['service/shop/cart/80'], { stage: 'ir', key: 'service/shop/cart/80' });
  assert.deepEqual(stages.entry('graph', 'graph:httproute/shop/cart')?.links['graph:gateway/shop/web/http'], { stage: 'graph', key: 'graph:gateway/shop/web/http' });
  assert.equal(stages.entry('ir', 'nothing'), undefined);
  assert.deepEqual(stages.rows('ir', 'pay').map(({ key }) => key), ['httproute/shop/pay/0/0', 'service/shop/pay/80']);
});

test('secrets are shown at no stage', () => {
  const secret = 'c2VjcmV0';
  const objects = [
    ...shop, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'shop', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': `{"data":{"a":"${secret}"}}` } }, data: { a: secret }, stringData: { b: secret } },
    { apiVersion: api, kind: 'HTTPRoute', metadata: { name: 'auth', namespace: 'shop' }, spec: { parentRefs: [{ name: 'web' }], rules: [{ filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'Authorization', value: secret }, { name: 'x-plain', value: 'seen' }] } }], backendRefs: [{ name: 'cart', port: 80 }] }] } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { 'api-key': secret, pem: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`, plain: 'seen' } },
  ];
  const stages = new Stages(inForce(objects));
  const all = (['objects', 'graph', 'ir'] as const).flatMap((stage) => stages.rows(stage).map(({ key }) => JSON.stringify(stages.entry(stage, key)))).join('\n');
  assert.ok(!all.includes(secret));
  assert.match(all, /"name":"x-plain","value":"seen"/);
  assert.match(all, /"plain":"seen"/);
  assert.deepEqual(shown({ chain: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n' }), { chain: '(1 certificate in PEM)' });
});

test('certificates are told by the days that are left', () => {
  const day = 86_400_000;
  const origin = (name: string): { readonly group: string; readonly kind: string; readonly namespace: string; readonly name: string } => ({ group: '', kind: 'Secret', namespace: 'shop', name });
  const ends: Readonly<Record<string, number>> = { late: 90 * day, soon: 9.5 * day, ended: -2.5 * day, odd: Number.NaN };
  const certificates = Object.fromEntries(Object.keys(ends).map((name) => [name, { chain: name, names: ['a.example'], origin: origin(name), key: undefined as never }]));
  const ir = { sockets: {}, listeners: { l: { socket: 's', protocol: 'https', port: 443, hostname: '', certificates: ['soon'], hosts: [], origin: { ...origin('web'), kind: 'Gateway', section: 'https' } } }, routes: {}, backends: {}, endpoints: {}, certificates } as const;
  const rows = certificateRows(ir, { now: 0, endOf: (chain) => ends[chain]! });
  assert.deepEqual(rows.map(({ secret, daysLeft, state, usedBy }) => [secret, daysLeft, state, usedBy]), [
    ['Secret shop/odd', undefined, 'unknown', []], ['Secret shop/ended', -3, 'bad', []], ['Secret shop/soon', 9, 'warning', ['listener https of Gateway shop/web']], ['Secret shop/late', 90, 'good', []],
  ]);
});
