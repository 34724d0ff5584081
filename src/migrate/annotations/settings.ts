import type { Ingress } from '../ingress.ts';
import { type ControllerConfig, usualConfig } from '../controller-config.ts';
import { type Values, valuesOf } from './values.ts';

/** What decides how ingress-nginx routes a request, of one Ingress (or, for defaults, of its controller). */
export interface Settings {
  /** `''`: the path stays. */
  readonly rewriteTarget: string;
  readonly useRegex: boolean;
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly preserveTrailingSlash: boolean;
  /** `''`: none. */
  readonly appRoot: string;
  /** Of permanent-redirect and temporal-redirect. */
  readonly redirect?: { readonly url: string; readonly code: number; readonly annotation: string };
  readonly fromToWww: boolean;
  readonly aliases: readonly string[];
  readonly sslPassthrough: boolean;
  readonly canary?: Canary;
  readonly cors?: Cors;
  /** `''`: the Host of the client. */
  readonly upstreamVhost: string;
  readonly xForwardedPrefix: string;
  readonly protocol: string;
}

/** `header` and `cookie` are `''` where they do not decide. */
export interface Canary {
  readonly weight: number;
  readonly total: number;
  readonly header: string;
  readonly headerValue: string;
  readonly headerPattern: string;
  readonly cookie: string;
}

export interface Cors {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
}

const corsMethods = 'GET, PUT, POST, DELETE, PATCH, OPTIONS';
const corsHeaders = 'DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization';

/** Reads what an Ingress asks for. */
export function settingsOf(ingress: Pick<Ingress, 'annotations'>, config: ControllerConfig = usualConfig): Settings {
  const values = valuesOf(ingress);
  const redirect = redirectOf(values);
  const canary = values.flag('canary', false) ? canaryOf(values) : undefined;
  const cors = values.flag('enable-cors', false) ? corsOf(values) : undefined;
  const rewrite = values.text('rewrite-target');
  const root = values.text('app-root');
  return {
    rewriteTarget: pathWithCaptures.test(rewrite) ? rewrite : '',
    useRegex: values.flag('use-regex', false),
    sslRedirect: values.flag('ssl-redirect', config.sslRedirect),
    forceSslRedirect: values.flag('force-ssl-redirect', config.forceSslRedirect),
    preserveTrailingSlash: values.flag('preserve-trailing-slash', config.preserveTrailingSlash),
    appRoot: root.startsWith('/') && pathWithCaptures.test(root) ? root : '',
    fromToWww: values.flag('from-to-www-redirect', false),
    aliases: [...new Set(values.list('server-alias'))].toSorted(),
    sslPassthrough: values.flag('ssl-passthrough', false),
    upstreamVhost: values.text('upstream-vhost'),
    xForwardedPrefix: values.text('x-forwarded-prefix'),
    protocol: protocols.has(values.text('backend-protocol').toUpperCase()) ? values.text('backend-protocol').toUpperCase() : 'HTTP',
    ...(redirect === undefined ? {} : { redirect }), ...(canary === undefined ? {} : { canary }), ...(cors === undefined ? {} : { cors }),
  };
}

/** What its controller knows; anything else is HTTP. */
const protocols: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'AUTO_HTTP', 'GRPC', 'GRPCS', 'FCGI']);

/** What its controller lets pass as a path with `$1`; it may be a URL too. */
const pathWithCaptures = /^\/?[-._~a-zA-Z0-9/:$]*$/;

/** A temporal one goes before a permanent one; a code out of range becomes the usual one. */
function redirectOf(values: Values): Settings['redirect'] {
  const isUrl = (url: string): boolean => /^http[a-z]*:/i.test(url);
  const temporal = values.text('temporal-redirect');
  if (temporal !== '') return isUrl(temporal) ? { url: temporal, code: within(values.whole('temporal-redirect-code', 0), 307, 302), annotation: 'temporal-redirect' } : undefined;
  const permanent = values.text('permanent-redirect');
  return permanent === '' ? undefined : { url: permanent, code: within(values.whole('permanent-redirect-code', 0), 308, 301), annotation: 'permanent-redirect' };
}

function within(code: number, most: number, otherwise: number): number {
  return code < 300 || code > most ? otherwise : code;
}

function canaryOf(values: Values): Canary {
  const total = values.whole('canary-weight-total', 100);
  return {
    weight: values.whole('canary-weight', 0), total: total > 100 ? total : 100,
    header: values.text('canary-by-header'), headerValue: values.text('canary-by-header-value'), headerPattern: values.text('canary-by-header-pattern'),
    cookie: values.text('canary-by-cookie'),
  };
}

function corsOf(values: Values): Cors {
  const origins = values.has('cors-allow-origin') ? values.list('cors-allow-origin').filter((it) => /^(?:[a-z]+:\/\/(?:\*\.)?[A-Za-z0-9\-.]*(?::\d+)?|\*|null)$/.test(it)) : ['*'];
  const split = (name: string, otherwise: string): readonly string[] => (values.has(name) ? values.list(name) : otherwise.split(',').map((it) => it.trim()));
  return {
    origins: origins.includes('*') ? ['*'] : origins,
    methods: split('cors-allow-methods', corsMethods), headers: split('cors-allow-headers', corsHeaders), exposeHeaders: values.list('cors-expose-headers'),
    credentials: values.flag('cors-allow-credentials', true), maxAgeSeconds: values.whole('cors-max-age', 1_728_000),
  };
}
