import type { ListenerKey } from '../../../ir/index.ts';
import type { Listener } from '../../gen/messages.ts';
import { streamClusterName } from '../names.ts';
import { any, duration } from '../typed.ts';

const idleMs = 60_000;

/** Datagrams of a client go to one endpoint as long as its session lasts. */
export function udpProxy(listener: ListenerKey): Listener {
  const cluster = streamClusterName(listener, '');
  return {
    udp_listener_config: {},
    listener_filters: [{
      name: 'envoy.filters.udp_listener.udp_proxy',
      typed_config: any('envoy.extensions.filters.udp.udp_proxy.v3.UdpProxyConfig', {
        stat_prefix: cluster, idle_timeout: duration(idleMs),
        matcher: { on_no_match: { action: { name: 'route', typed_config: any('envoy.extensions.filters.udp.udp_proxy.v3.Route', { cluster }) } } },
      }),
    }],
  };
}
