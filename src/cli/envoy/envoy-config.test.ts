import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configRows, originOf } from './envoy-config.ts';

test('a name says the object that it comes from', () => {
  const cases: readonly (readonly [name: string, from: string])[] = [
    ['httproute/shop/web/2/1', 'HTTPRoute shop/web rules[2].matches[1]'],
    ['grpcroute/shop/calls/0/0/target/1', 'GRPCRoute shop/calls rules[0].matches[0]'],
    ['service/shop/web/80', 'Service shop/web port 80'],
    ['gateway/shop/web/https', 'Gateway shop/web https'],
    ['no-route', ''],
    ['constructor/a/b', ''],
  ];
  for (const [name, from] of cases) assert.equal(originOf(name), from);
});

test('a dump of Envoy is a row for each listener, route, cluster and secret', () => {
  const rows = configRows({ configs: [
    { '@type': 'listeners', dynamic_listeners: [{ name: '10.0.0.1:80', active_state: { listener: { address: { socket_address: { address: '10.0.0.1', port_value: 80 } } } } }] },
    { '@type': 'routes', dynamic_route_configs: [{ route_config: { name: '10.0.0.1:80', virtual_hosts: [{ domains: ['a.test'], routes: [
      { name: 'httproute/d/a/0/0', match: { path_separated_prefix: '/x' }, route: { cluster: 'service/d/a/80' } },
      { name: 'httproute/d/a/1/0', match: { path: '/y' }, direct_response: { status: 500 } },
    ] }] } }] },
    { '@type': 'clusters', dynamic_active_clusters: [{ cluster: { name: 'service/d/a/80', type: 'EDS' } }] },
    { '@type': 'endpoints', dynamic_endpoint_configs: [{ endpoint_config: { cluster_name: 'service/d/a/80', endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: '10.1.0.1', port_value: 8080 } } } }] }] } }] },
    { '@type': 'secrets', dynamic_active_secrets: [{ name: 'secret/d/cert' }] },
  ] });
  assert.deepEqual(rows.map(({ kind, what }) => `${kind}: ${what}`), [
    'listener: 10.0.0.1:80', 'route: a.test /x* → service/d/a/80', 'route: a.test /y → answer 500', 'cluster: 10.1.0.1:8080', 'secret: ',
  ]);
});
