/** ir: what a proxy does, in a proxy's words only; a leaf. May import contract and base. */
export type {
  Ir, Socket, Listener, HostRoutes, Route, Hostname, SocketKey, ListenerKey, RouteKey, BackendKey, CertificateKey, TracingKey,
} from './ir.ts';
export type { Match, PathMatch, ValueMatch } from './match.ts';
export type { Action, Forward, Persistence, Redirect, Respond, Retry, Target } from './action.ts';
export type { Filter, AuthFilter, CorsFilter, HeaderFilter, HeaderValue, MirrorFilter, RewriteFilter, PathRewrite } from './filter.ts';
export type { Backend, Endpoint, RetryBudget, UpstreamTls } from './backend.ts';
export type { BackendLimits, Balancing, Ejection, HashInput } from './balancing.ts';
export type { Certificate, ClientValidation, TlsTerms } from './tls.ts';
export type { StreamListener, StreamHost, StreamRoute, StreamAction, StreamTarget, Relay, Refuse } from './l4.ts';
export type { Tracing, SpanAttribute } from './tracing.ts';
export type { AnswerEdit, AskedConnection, AskedRequest, Candidate, FilterStep, Handshake, Mismatch, Outcome, Rehearsal, RequestLook, TargetOutcome } from './rehearsal.ts';
export { headersOfClient } from './rehearsal.ts';
export type { IrChange } from './ir-change.ts';
