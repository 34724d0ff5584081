import { valuesOf, type Values } from '../annotations/values.ts';
import type { Location } from '../nginx/server.ts';
import { authorizerOf } from './authorizer.ts';
import type { Context } from './context.ts';
import { corsFilter, type Filter, isHostname, requestHeaders, rewriteFilter, setResponseHeaders } from './filters.ts';
import type { PathChange } from './way.ts';
import type { Rule } from './piece.ts';
import { durationOf, readServiceUrl, type ServiceUrl } from './references.ts';

/** What a rule does with requests before they go to a backend, and how long that may take. */
export type Handling = Pick<Rule, 'filters' | 'timeouts' | 'sessionPersistence'>;

/** The filters of a location in nginx's order: CORS answers before the authorizer is asked. */
export function handlingOf(location: Location, change: PathChange | undefined, context: Context): Handling {
  const values = valuesOf(location.ingress);
  const filters = [...corsOf(location, context), ...authOf(location, values, context), ...headersOf(location, values, context), ...mirrorOf(location, values, context), ...hostAndPath(location, change, context)];
  const timeout = values.whole('proxy-read-timeout', 0);
  const session = sessionOf(location, values, context);
  return {
    ...(filters.length === 0 ? {} : { filters }),
    ...(timeout > 0 ? { timeouts: { backendRequest: durationOf(timeout) } } : {}),
    ...(session === undefined ? {} : { sessionPersistence: session }),
  };
}

function corsOf({ ingress, settings: { cors } }: Location, { notes }: Context): Filter[] {
  if (cors === undefined) return [];
  if (cors.origins.includes('null')) notes.annotation(ingress, 'cors-allow-origin', 'partly', ['the origin null is left out: it cannot be named']);
  if (cors.origins.some((it) => it.includes('*.'))) notes.annotation(ingress, 'cors-allow-origin', 'partly', ['a CORS filter, where *. stands for any number of labels, and not for one']);
  if (cors.origins.includes('*') && cors.credentials) notes.annotation(ingress, 'enable-cors', 'translated', ['a CORS filter without credentials: nginx answers * together with credentials, which no browser accepts']);
  return cors.origins.every((it) => it === 'null') ? [] : [corsFilter(cors)];
}

function authOf({ ingress, host }: Location, values: Values, context: Context): Filter[] {
  const url = values.text('auth-url');
  const found = url === '' ? '' : authorizerOf(url, host, context);
  if (typeof found === 'string') return [];
  const { namespace, service, path, isThroughHost } = found;
  const headers = values.list('auth-response-headers');
  const through = isThroughHost ? ` of Service ${namespace}/${service}, which answers ${url}` : '';
  const passed = headers.length === 0 ? '; headers of its answer go on with the request, where nginx passes none' : '';
  context.notes.annotation(ingress, 'auth-url', 'partly', [
    `an ExternalAuth filter${through}: it asks with the path of the request${path === '' ? '' : ` behind ${path}`}, with its method, and with its Cookie and Authorization, where nginx asks ${path || '/'} with GET and all headers${passed}`,
    'let the authorizer take such paths (oauth2-proxy does, with static://202 as its upstream and without http.path); what it refuses stays refused',
  ]);
  return [{ type: 'ExternalAuth', externalAuth: {
    protocol: 'HTTP', backendRef: refOfUrl(found, ingress.ref.namespace),
    http: { ...(path === '' ? {} : { path }), allowedHeaders: ['cookie'], ...(headers.length === 0 ? {} : { allowedResponseHeaders: headers }) },
  } }];
}

function refOfUrl({ namespace, service, port }: ServiceUrl, home: string): Readonly<Record<string, unknown>> {
  return { name: service, ...(namespace === home ? {} : { namespace }), port };
}

/** What ingress-nginx tells backends of client certificates; no client may write it in its place. */
const ofCertificates = ['ssl-client-cert', 'ssl-client-verify', 'ssl-client-subject-dn', 'ssl-client-issuer-dn'];

function headersOf(location: Location, values: Values, context: Context): Filter[] {
  const { isSecure, ingress } = location;
  const named = values.text('custom-headers');
  const data = named === '' ? undefined : context.surroundings.configMap(named);
  if (named !== '' && data === undefined) context.notes.annotation(ingress, 'custom-headers', 'lost', [`ConfigMap ${named} is not among the documents, so its headers are not known`, 'add it to the input']);
  const transport: Readonly<Record<string, string>> = context.hsts && isSecure === true ? { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' } : {};
  return [...requestHeaders(forwardedPrefix(location, context), values.has('auth-tls-secret') ? ofCertificates : []), ...setResponseHeaders({ ...data, ...transport })];
}

/** ingress-nginx sends it only where a path is rewritten. */
function forwardedPrefix({ ingress, settings: { xForwardedPrefix: value, rewriteTarget } }: Location, { notes }: Context): Readonly<Record<string, string>> {
  if (value === '') return {};
  if (rewriteTarget === '') notes.annotation(ingress, 'x-forwarded-prefix', 'needless', ['ingress-nginx sends it only where the path is rewritten']);
  else if (value.includes('$')) notes.annotation(ingress, 'x-forwarded-prefix', 'lost', ['a header filter sets a fixed value, and this one is put together from captures']);
  else return { 'X-Forwarded-Prefix': value };
  return {};
}

function mirrorOf({ ingress }: Location, values: Values, { notes }: Context): Filter[] {
  const target = values.text('mirror-target');
  if (target === '') return [];
  const read = readServiceUrl(target.replace(/\$request_uri$/, ''));
  if (typeof read === 'string') {
    notes.annotation(ingress, 'mirror-target', 'lost', [read, 'put a Service in front of it']);
    return [];
  }
  if (read.path !== '' || !target.endsWith('$request_uri')) notes.annotation(ingress, 'mirror-target', 'partly', ['a RequestMirror filter: a copy keeps the path of the request']);
  return [{ type: 'RequestMirror', requestMirror: { backendRef: refOfUrl(read, ingress.ref.namespace) } }];
}

function hostAndPath({ ingress, settings }: Location, change: PathChange | undefined, { notes }: Context): Filter[] {
  if (settings.upstreamVhost !== '' && !isHostname(settings.upstreamVhost)) notes.annotation(ingress, 'upstream-vhost', 'lost', ['a URLRewrite sets a hostname without a port, and no variables of nginx']);
  return rewriteFilter(settings, change);
}

/** Of a session only its name, path and time can be said. */
function sessionOf({ ingress }: Location, values: Values, { notes }: Context): Rule['sessionPersistence'] | undefined {
  if (values.text('affinity') !== 'cookie') return undefined;
  const seconds = values.whole('session-cookie-max-age', values.whole('session-cookie-expires', 0));
  const path = values.text('session-cookie-path');
  notes.annotation(ingress, 'affinity', 'partly', ['sessionPersistence: the cookie has a value of its own kind, so a client gets a new session once; the field is deprecated for XBackend, which lint says', 'move it to an XBackend (docs/backends.md)']);
  if (path !== '') notes.annotation(ingress, 'session-cookie-path', 'translated', ['path of sessionPersistence']);
  const cookie = { name: values.text('session-cookie-name') || 'INGRESSCOOKIE', ...(path === '' ? {} : { path }), ...(seconds > 0 ? { lifetimeType: 'Permanent' } : {}) };
  return { type: 'Cookie', cookie, ...(seconds > 0 ? { absoluteTimeout: durationOf(seconds) } : {}) };
}
