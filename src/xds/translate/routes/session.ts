import type { Persistence } from '../../../ir/index.ts';
import type { Any } from '../../gen/messages.ts';
import { any, duration, extension } from '../typed.ts';

/** How a client comes back to its endpoint; the token is the endpoint's address. */
export function sessionConfig({ kind, name, path, timeoutMs, isPermanent }: Persistence): Any {
  const state = kind === 'header'
    ? extension('envoy.http.stateful_session.header', 'envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState', { name })
    : extension('envoy.http.stateful_session.cookie', 'envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState', {
      cookie: { name, path: path ?? '/', ...(timeoutMs === undefined || isPermanent !== true ? {} : { ttl: duration(timeoutMs) }) },
    });
  return any('envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute', { stateful_session: { session_state: state } });
}
