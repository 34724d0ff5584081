import type { Fate } from '../report.ts';

/** What becomes of an annotation where nothing more is known: its fate, why, what to do instead; `guards`: without it requests come through that were stopped before. */
export interface UsualFate {
  readonly fate: Fate;
  readonly says: string;
  readonly instead?: string;
  readonly guards?: true;
  /** What becomes of that annotation becomes of this one. */
  readonly goesWith?: string;
}

const translated = (says: string): UsualFate => ({ fate: 'translated', says });
const partly = (says: string, instead?: string): UsualFate => ({ fate: 'partly', says, ...(instead === undefined ? {} : { instead }) });
const lost = (says: string, instead?: string): UsualFate => ({ fate: 'lost', says, ...(instead === undefined ? {} : { instead }) });
const guard = (says: string, instead: string): UsualFate => ({ fate: 'held-back', says, instead, guards: true });
const needless = (says: string): UsualFate => ({ fate: 'needless', says });

const nginxOnly = needless('a setting of nginx\'s own buffers; there is nothing like it to set');
const withAuthUrl = lost('ExternalAuth has no such setting', 'set it in the authorizer');
const withCookie = lost('sessionPersistence has a name and a lifetime, and nothing else of the cookie');
const withCanary = translated('matches and weights of the rule that the canary belongs to');
const withCors = translated('a CORS filter');
const goesWith = (name: string): UsualFate => ({ fate: 'lost', says: `it goes with ${name}`, goesWith: name });
const snippet = lost('text for nginx.conf, which is never translated', 'say with filters of the route what it does; its directives are named here');

/** Every annotation of ingress-nginx, without its prefix: those of its documentation, and those that only its source has. */
export const usualFates: Readonly<Record<string, UsualFate>> = {
  'affinity': translated('sessionPersistence'),
  'affinity-canary-behavior': lost('the Gateway API does not say how a session and a canary go together'),
  'affinity-mode': needless('Postern never moves a session while its endpoint lives, as persistent does'),
  'allowlist-source-range': guard('the Gateway API cannot allow or deny addresses', 'restrict the addresses before the Gateway (loadBalancerSourceRanges of its Service, a NetworkPolicy, a firewall), then pass --accept allowlist-source-range'),
  'app-root': translated('an exact match of / with a RequestRedirect'),
  'auth-always-set-cookie': withAuthUrl,
  'auth-cache-duration': lost('authorizers are asked about every request'),
  'auth-cache-key': lost('authorizers are asked about every request'),
  'auth-keepalive': needless('connections to authorizers are always kept'),
  'auth-keepalive-requests': needless('connections to authorizers are always kept'),
  'auth-keepalive-share-vars': needless('it is about nginx\'s own variables'),
  'auth-keepalive-timeout': needless('connections to authorizers are always kept'),
  'auth-method': lost('an authorizer is asked with the method of the request', 'let the authorizer take every method'),
  'auth-proxy-set-headers': lost('ExternalAuth adds no headers to its questions', 'list headers of the request in allowedHeaders'),
  'auth-realm': goesWith('auth-type'),
  'auth-request-redirect': withAuthUrl,
  'auth-response-headers': translated('allowedResponseHeaders of ExternalAuth'),
  'auth-secret': goesWith('auth-type'),
  'auth-secret-type': goesWith('auth-type'),
  'auth-signin': lost('an authorizer answers for itself, so it must send the redirect to the sign-in, where nginx made one of its 401', 'let the authorizer answer with the redirect'),
  'auth-signin-redirect-param': goesWith('auth-signin'),
  'auth-snippet': snippet,
  'auth-tls-error-page': lost('a client without a good certificate gets no answer, since the handshake fails'),
  'auth-tls-match-cn': guard('the Gateway API checks who signed a client certificate, and not its name', 'sign certificates of these clients with an authority of their own, then pass --accept auth-tls-match-cn'),
  'auth-tls-pass-certificate-to-upstream': lost('backends do not see client certificates; what clients write into ssl-client-cert and its like is taken out'),
  'auth-tls-secret': guard('spec.tls.frontend of a Gateway asks every client of a port for a certificate, and here only some hosts do', 'put these hosts on a Gateway of their own (an ingress class, or --gateway-per namespace), or pass --accept auth-tls-secret'),
  'auth-tls-verify-client': goesWith('auth-tls-secret'),
  'auth-tls-verify-depth': lost('the depth of a chain is not limited'),
  'auth-type': guard('the Gateway API has no basic or digest authentication', 'put an authorizer with the same users behind ExternalAuth, then pass --accept auth-type'),
  'auth-url': translated('an ExternalAuth filter'),
  'backend-protocol': translated('the kind of route, and TLS to the backend'),
  'canary': withCanary, 'canary-by-cookie': translated('a match of the header cookie by an expression'), 'canary-by-header': withCanary,
  'canary-by-header-pattern': withCanary, 'canary-by-header-value': withCanary, 'canary-weight': withCanary, 'canary-weight-total': withCanary,
  'client-body-buffer-size': nginxOnly,
  'configuration-snippet': snippet,
  'connection-proxy-header': needless('Connection is a matter of each connection; upgrades go through by themselves'),
  'cors-allow-credentials': withCors, 'cors-allow-headers': withCors, 'cors-allow-methods': withCors, 'cors-allow-origin': withCors, 'cors-expose-headers': withCors, 'cors-max-age': withCors,
  'custom-headers': translated('a ResponseHeaderModifier'),
  'custom-http-errors': lost('the Gateway API has no error pages'),
  'default-backend': lost('there is no backend for when another one has no endpoints; clients get 503'),
  'denylist-source-range': guard('the Gateway API cannot allow or deny addresses', 'keep the addresses out before the Gateway (a NetworkPolicy, a firewall), then pass --accept denylist-source-range'),
  'disable-proxy-intercept-errors': needless('there are no error pages that would take answers of backends away'),
  'enable-access-log': lost('the access log is a setting of the data plane, and not of a route', 'see the options of serve and GatewayParameters'),
  'enable-cors': withCors,
  'enable-global-auth': lost('it is about global-auth-url of the controller\'s ConfigMap'),
  'enable-modsecurity': guard('there is no web application firewall', 'put one before the Gateway or the backend, then pass --accept enable-modsecurity'),
  'enable-opentelemetry': lost('tracing is a matter of an XTelemetryPolicy for the Gateway'),
  'enable-owasp-core-rules': guard('there is no web application firewall', 'put one before the Gateway or the backend, then pass --accept enable-owasp-core-rules'),
  'enable-rewrite-log': needless('postern explain says what is rewritten'),
  'fastcgi-index': lost('FastCGI is not spoken'),
  'fastcgi-params-configmap': lost('FastCGI is not spoken'),
  'force-ssl-redirect': translated('a redirect to https on port 80'),
  'from-to-www-redirect': translated('a route for the other name with a RequestRedirect'),
  'http2-push-preload': needless('browsers no longer take pushes'),
  'limit-allowlist': lost('it goes with the limits'),
  'limit-burst-multiplier': lost('it goes with the limits'),
  'limit-connections': lost('the Gateway API has no limits for a client', 'limit before the Gateway, or in the backend'),
  'limit-rate': lost('answers are sent as fast as the client takes them'),
  'limit-rate-after': lost('answers are sent as fast as the client takes them'),
  'limit-rpm': lost('the Gateway API has no limits for a client', 'limit before the Gateway, or in the backend'),
  'limit-rps': lost('the Gateway API has no limits for a client', 'limit before the Gateway, or in the backend'),
  'limit-whitelist': lost('it goes with the limits'),
  'load-balance': needless('how endpoints are chosen is a setting of the data plane (--balancing)'),
  'mirror-host': lost('a copy keeps the Host of the request'),
  'mirror-request-body': lost('a copy always has the body'),
  'mirror-target': translated('a RequestMirror filter'),
  'modsecurity-snippet': goesWith('enable-modsecurity'),
  'modsecurity-transaction-id': goesWith('enable-modsecurity'),
  'opentelemetry-operation-name': lost('tracing is a matter of an XTelemetryPolicy for the Gateway'),
  'opentelemetry-trust-incoming-span': lost('tracing is a matter of an XTelemetryPolicy for the Gateway'),
  'permanent-redirect': translated('a RequestRedirect'), 'permanent-redirect-code': translated('the status of the RequestRedirect'),
  'preserve-trailing-slash': needless('a RequestRedirect keeps the path as it is'),
  'proxy-body-size': lost('the Gateway API has no limit for bodies, and nginx\'s usual 1m is gone too', 'limit it for the whole data plane with --limit body-bytes'),
  'proxy-buffer-size': nginxOnly, 'proxy-buffering': nginxOnly, 'proxy-buffers-number': nginxOnly, 'proxy-busy-buffers-size': nginxOnly,
  'proxy-connect-timeout': lost('the time for a connection is a setting of the data plane', 'set it with --timeout connect'),
  'proxy-cookie-domain': lost('cookies of backends are passed on as they are', 'let the backend set the domain'),
  'proxy-cookie-path': lost('cookies of backends are passed on as they are', 'let the backend set the path'),
  'proxy-http-version': needless('HTTP/1.1 is spoken to backends'),
  'proxy-max-temp-file-size': nginxOnly,
  'proxy-next-upstream': lost('retry repeats requests of every method, which nginx does not do', 'add retry to rules whose requests may be repeated'),
  'proxy-next-upstream-timeout': lost('the tries together are limited by timeouts.request only'),
  'proxy-next-upstream-tries': goesWith('proxy-next-upstream'),
  'proxy-read-timeout': partly('timeouts.backendRequest: nginx limits the time between two pieces of an answer, this is the time for the whole try'),
  'proxy-redirect-from': lost('Location of backends is passed on as it is'),
  'proxy-redirect-to': lost('Location of backends is passed on as it is'),
  'proxy-request-buffering': nginxOnly,
  'proxy-send-timeout': lost('the time to send is a setting of the data plane'),
  'proxy-ssl-ciphers': lost('ciphers to backends are the data plane\'s'),
  'proxy-ssl-name': translated('validation.hostname of a BackendTLSPolicy'),
  'proxy-ssl-protocols': lost('protocol versions to backends are the data plane\'s'),
  'proxy-ssl-secret': partly('its ca.crt is what a BackendTLSPolicy trusts', 'a client certificate is set for the whole Gateway: spec.tls.backend.clientCertificateRef'),
  'proxy-ssl-server-name': needless('a BackendTLSPolicy always sends its hostname'),
  'proxy-ssl-verify': partly('a BackendTLSPolicy, which always verifies'),
  'proxy-ssl-verify-depth': lost('the depth of a chain is not limited'),
  'relative-redirects': lost('redirects have a whole URL'),
  'rewrite-target': translated('a URLRewrite filter'),
  'satisfy': guard('the conditions that it joins have no equal', 'see those annotations, then pass --accept satisfy'),
  'server-alias': translated('hostnames of the route'),
  'server-snippet': snippet,
  'service-upstream': needless('endpoints are asked directly'),
  'session-cookie-change-on-failure': needless('a client whose endpoint is gone gets another one, and a new cookie'),
  'session-cookie-conditional-samesite-none': withCookie, 'session-cookie-domain': withCookie,
  'session-cookie-expires': translated('absoluteTimeout of sessionPersistence'), 'session-cookie-max-age': translated('absoluteTimeout of sessionPersistence'),
  'session-cookie-name': translated('sessionName of sessionPersistence'),
  'session-cookie-path': withCookie, 'session-cookie-samesite': withCookie, 'session-cookie-secure': withCookie,
  'ssl-ciphers': lost('ciphers are options of a listener', 'see docs/tls.md for tls.options'),
  'ssl-passthrough': translated('a TLSRoute on a listener with mode Passthrough'),
  'ssl-prefer-server-ciphers': lost('ciphers are options of a listener', 'see docs/tls.md for tls.options'),
  'ssl-redirect': translated('a redirect to https on port 80, where the host has a certificate'),
  'stream-snippet': snippet,
  'temporal-redirect': translated('a RequestRedirect'), 'temporal-redirect-code': translated('the status of the RequestRedirect'),
  'upstream-hash-by': lost('the choice of an endpoint is a setting of the data plane', 'see --balancing hash=…'),
  'upstream-hash-by-subset': goesWith('upstream-hash-by'),
  'upstream-hash-by-subset-size': goesWith('upstream-hash-by'),
  'upstream-vhost': translated('hostname of a URLRewrite'),
  'use-port-in-redirects': lost('redirects name a port only where it is not the usual one'),
  'use-regex': translated('matches of type RegularExpression'),
  'whitelist-source-range': guard('the Gateway API cannot allow or deny addresses', 'restrict the addresses before the Gateway (loadBalancerSourceRanges of its Service, a NetworkPolicy, a firewall), then pass --accept whitelist-source-range'),
  'x-forwarded-prefix': translated('a RequestHeaderModifier, where the path is rewritten too'),
};

/** Annotations that must be `true` or `false`, and those that must be whole numbers; other values are ignored. */
export const flags: ReadonlySet<string> = new Set([
  'auth-always-set-cookie', 'auth-keepalive-share-vars', 'auth-tls-pass-certificate-to-upstream', 'canary', 'cors-allow-credentials', 'disable-proxy-intercept-errors', 'enable-access-log',
  'enable-cors', 'enable-global-auth', 'enable-modsecurity', 'enable-opentelemetry', 'enable-owasp-core-rules', 'enable-rewrite-log', 'force-ssl-redirect', 'from-to-www-redirect',
  'http2-push-preload', 'opentelemetry-trust-incoming-span', 'preserve-trailing-slash', 'relative-redirects', 'service-upstream', 'session-cookie-change-on-failure',
  'session-cookie-conditional-samesite-none', 'session-cookie-secure', 'ssl-passthrough', 'ssl-prefer-server-ciphers', 'ssl-redirect', 'upstream-hash-by-subset', 'use-port-in-redirects', 'use-regex',
]);
export const wholes: ReadonlySet<string> = new Set([
  'auth-keepalive', 'auth-keepalive-requests', 'auth-keepalive-timeout', 'auth-tls-verify-depth', 'canary-weight', 'canary-weight-total', 'cors-max-age', 'limit-burst-multiplier', 'limit-connections',
  'limit-rate', 'limit-rate-after', 'limit-rpm', 'limit-rps', 'permanent-redirect-code', 'proxy-buffers-number', 'proxy-connect-timeout', 'proxy-next-upstream-timeout', 'proxy-next-upstream-tries',
  'proxy-read-timeout', 'proxy-send-timeout', 'proxy-ssl-verify-depth', 'temporal-redirect-code', 'upstream-hash-by-subset-size',
]);
