import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { fromBinary, fromJson, toJson, type FileRegistry, type JsonValue } from '@bufbuild/protobuf';
import { readDescriptors } from '../../../scripts/envoy/descriptors.ts';
import { Redacted } from '../../base/index.ts';
import type { Messages } from '../gen/messages.ts';
import { encode, withEntries } from './encode.ts';
import { any } from './typed.ts';

let registry: FileRegistry;
before(() => { registry = readDescriptors(); });

/** What another implementation reads in our bytes, and what it makes of the same value itself. */
function readings<Type extends keyof Messages>(type: Type, value: Messages[Type]): [unknown, unknown] {
  const schema = registry.getMessage(type)!;
  const options = { registry, useProtoFieldName: true };
  return [toJson(schema, fromBinary(schema, encode(type, value)), options), toJson(schema, fromJson(schema, JSON.parse(JSON.stringify(value)) as JsonValue, options), options)];
}

test('what is written is what another implementation reads', () => {
  const cluster: Messages['envoy.config.cluster.v3.Cluster'] = {
    name: 'ä/b', type: 'STRICT_DNS', connect_timeout: '0.250s', lb_policy: 'RING_HASH', close_connections_on_host_health_failure: true,
    common_lb_config: { healthy_panic_threshold: { value: 12.5 } }, circuit_breakers: { thresholds: [{ max_connections: 2 ** 32 - 1, max_retries: 0 }, { priority: 'HIGH' }] },
    outlier_detection: { split_external_local_origin_errors: true, enforcing_consecutive_5xx: 0, always_eject_one_host: false },
    transport_socket_matches: [{ name: 'm', match: { backend: 'x', n: 1.5, flag: true, none: null, list: [1, 'a'], inner: { k: 'v' } } }],
    typed_extension_protocol_options: {
      b: any('envoy.extensions.upstreams.http.v3.HttpProtocolOptions', { explicit_http_config: { http2_protocol_options: { max_concurrent_streams: 128 } } }),
      a: any('envoy.extensions.filters.http.router.v3.Router', {}),
    },
    load_assignment: { cluster_name: 'c', endpoints: [{ locality: {}, load_balancing_weight: 3, lb_endpoints: [{ endpoint: { address: { socket_address: { address: '::1', port_value: 65_535 } } } }] }] },
  };
  const [read, wanted] = readings('envoy.config.cluster.v3.Cluster', cluster);
  assert.deepEqual(read, wanted);
  const route: Messages['envoy.config.route.v3.Route'] = {
    match: { prefix: '', headers: [{ name: 'x', string_match: { exact: '' } }] }, route: { cluster: 'c', timeout: '0s', retry_policy: { num_retries: 0, retriable_status_codes: [500, 503] } },
    response_headers_to_add: [{ header: { key: 'a', value: '' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD', keep_empty_value: true }],
  };
  const [readRoute, wantedRoute] = readings('envoy.config.route.v3.Route', route);
  assert.deepEqual(readRoute, wantedRoute);
});

test('secrets are revealed here, and nowhere before', () => {
  const secret = { name: 's', tls_certificate: { private_key: { inline_string: new Redacted('the key') } } };
  assert.equal(JSON.stringify(secret).includes('the key'), false);
  assert.ok(encode('envoy.extensions.transport_sockets.tls.v3.Secret', secret).includes('the key'));
});

test('entries that are encoded already are as good as others', () => {
  const host = { name: 'h', domains: ['*'], routes: [{ name: 'r', match: { prefix: '/' } }] };
  const apart = withEntries(encode('envoy.config.route.v3.VirtualHost', { name: 'h', domains: ['*'] }), 3, [encode('envoy.config.route.v3.Route', host.routes[0]!)]);
  assert.deepEqual(apart, encode('envoy.config.route.v3.VirtualHost', host));
});
