import type { SourceObject } from '../contract/index.ts';
import { readFlag } from './annotations/values.ts';
import { fields, text } from './ingress.ts';
import type { Notes } from './report.ts';

/** What the ConfigMap of ingress-nginx's controller says for every Ingress. */
export interface ControllerConfig {
  readonly sslRedirect: boolean;
  readonly forceSslRedirect: boolean;
  readonly preserveTrailingSlash: boolean;
  /** Of redirects to https and to other names. */
  readonly redirectCode: number;
  /** Keys that keep requests out everywhere. */
  readonly guards: readonly string[];
}

/** What counts where nobody says otherwise (internal/ingress/controller/config/config.go). */
export const usualConfig: ControllerConfig = { sslRedirect: true, forceSslRedirect: false, preserveTrailingSlash: false, redirectCode: 308, guards: [] };

const usualNames: ReadonlySet<string> = new Set(['ingress-nginx-controller', 'nginx-ingress-controller', 'nginx-configuration']);

/** These keep requests out, for every host and path. */
export const guards: ReadonlySet<string> = new Set([
  'block-cidrs', 'block-referers', 'block-user-agents', 'denylist-source-range', 'enable-modsecurity', 'enable-owasp-modsecurity-crs', 'global-auth-url', 'global-rate-limit-memcached-host',
  'http-snippet', 'location-snippet', 'main-snippet', 'server-snippet', 'whitelist-source-range',
]);

/** These say nothing about requests, or are nginx's own business. */
const silent: readonly RegExp[] = [
  /^(?:access-log|error-log|log-format|disable-access|enable-access-log|enable-real-ip-log|generate-request-id|server-tokens)/,
  /^(?:allow-|annotations-risk|annotation-value|strict-validate|preserve-trailing-slash$)/,
  /^(?:gzip|use-gzip|brotli|enable-brotli|max-worker|worker-|reuse-port|upstream-keepalive|proxy-buffer|variables-hash|map-hash|server-name-hash|disable-ipv6)/,
];

/** Reads the controller's ConfigMap where it is among the documents, and notes what becomes of each key. */
export function configAmong(objects: readonly SourceObject[], accepted: ReadonlySet<string>, notes: Notes): ControllerConfig {
  const source = objects.find(({ value }) => isControllers(value));
  if (source === undefined) return usualConfig;
  const data = new Map(Object.entries(fields(fields(source.value)['data'])).map(([key, it]) => [key, text(it)]));
  const { namespace, name } = fields(fields(source.value)['metadata']);
  const flag = (key: string, otherwise: boolean): boolean => readFlag(data.get(key) ?? '') ?? otherwise;
  const code = Number(data.get('http-redirect-code') ?? 308);
  const isSet = (key: string): boolean => data.get(key) !== '' && readFlag(data.get(key) ?? '') !== false;
  const found = [...data.keys()].filter((key) => guards.has(key) && isSet(key) && !accepted.has(key));
  for (const key of data.keys()) {
    const position = source.locate(['data', key]);
    const line = noteOf(key, found.includes(key), accepted);
    if (line !== undefined) notes.add({ ingress: `ConfigMap ${text(namespace) || 'default'}/${text(name)}`, annotation: key, ...line, ...(position === undefined ? {} : { position }) });
  }
  return {
    sslRedirect: flag('ssl-redirect', true), forceSslRedirect: flag('force-ssl-redirect', false), preserveTrailingSlash: flag('preserve-trailing-slash', false),
    redirectCode: [301, 302, 307, 308].includes(code) ? code : 308, guards: found,
  };
}

function isControllers(value: unknown): boolean {
  const { kind, metadata } = fields(value);
  const { name, labels } = fields(metadata);
  return kind === 'ConfigMap' && (fields(labels)['app.kubernetes.io/name'] === 'ingress-nginx' || usualNames.has(text(name)));
}

type Line = Pick<Parameters<Notes['add']>[0], 'fate' | 'says' | 'instead'>;

function noteOf(key: string, isHeld: boolean, accepted: ReadonlySet<string>): Line | undefined {
  if (isHeld) return { fate: 'held-back', says: 'keeps requests out of every host and path, so nothing is written', instead: `put something in its place, then pass --accept ${key}` };
  if (guards.has(key)) return accepted.has(key) ? { fate: 'lost', says: 'kept requests out of every host and path; accepted' } : undefined;
  if (/^(?:ssl-redirect|force-ssl-redirect|http-redirect-code)$/.test(key)) return { fate: 'translated', says: 'for all Ingresses that do not say otherwise' };
  if (silent.some((it) => it.test(key))) return undefined;
  return { fate: 'lost', says: 'said for all Ingresses, and not translated', instead: 'see whether the data plane has an option for it (docs/serve.md, docs/gateway-parameters.md)' };
}
