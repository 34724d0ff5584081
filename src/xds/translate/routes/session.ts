import type { Persistence } from '../../../ir/index.ts';
import type { Any, SessionCookie } from '../../gen/messages.ts';
import { any, duration, extension } from '../typed.ts';

/** How a client comes back to its endpoint; the token is the endpoint's address. `scheme`: of the listener, which may keep cookies to TLS. */
export function sessionConfig(persistence: Persistence, scheme: 'http' | 'https'): Any {
  const state = persistence.kind === 'header'
    ? extension('envoy.http.stateful_session.header', 'envoy.extensions.http.stateful_session.header.v3.HeaderBasedSessionState', { name: persistence.name })
    : extension('envoy.http.stateful_session.cookie', 'envoy.extensions.http.stateful_session.cookie.v3.CookieBasedSessionState', { cookie: cookieOf(persistence, scheme) });
  return any('envoy.extensions.filters.http.stateful_session.v3.StatefulSessionPerRoute', { stateful_session: { session_state: state } });
}

/** Envoy tells the age of a session to the browser in any case, and in whole seconds. */
function cookieOf({ name, path, timeoutMs }: Persistence, scheme: 'http' | 'https'): SessionCookie {
  return {
    name, path: path ?? '/', ...(timeoutMs === undefined ? {} : { ttl: duration(Math.ceil(timeoutMs / 1000) * 1000) }),
    attributes: [{ name: 'SameSite', value: 'Strict' }, ...(scheme === 'https' ? [{ name: 'Secure' }] : [])],
  };
}
