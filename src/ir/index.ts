/** ir: what a proxy does, in a proxy's words only; a leaf. May import contract and base. */
export type {
  Ir, Socket, Listener, HostRoutes, Route, Hostname, SocketKey, ListenerKey, RouteKey, BackendKey, CertificateKey,
} from './ir.ts';
export type { Match, PathMatch, ValueMatch } from './match.ts';
export type { Action, Forward, Redirect, Respond, Target } from './action.ts';
export type { Filter, HeaderFilter, HeaderValue, RewriteFilter, PathRewrite } from './filter.ts';
export type { Backend, Endpoint } from './backend.ts';
export type { Certificate } from './tls.ts';
