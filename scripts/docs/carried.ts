import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeCapabilities } from '../../src/proxy/index.ts';
import { readPage } from './markdown.ts';

/** What the README must name, and whether the native data plane carries it. */
const parts: readonly (readonly [name: string, carried: boolean])[] = [
  ...['RequestHeaderModifier', 'ResponseHeaderModifier', 'RequestRedirect', 'URLRewrite', 'RequestMirror', 'CORS', 'ExternalAuth']
    .map((it) => [it, nativeCapabilities.filters.has(it)] as const),
  ...['GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map((it) => [it, nativeCapabilities.routeKinds.has(it)] as const),
  ...(['timeouts', 'retry', 'sessionPersistence'] as const).map((it) => [it, nativeCapabilities.ruleFields.has(it)] as const),
  ...(['h2c', 'wss'] as const).map((it) => [it, nativeCapabilities.backendProtocols.has(it)] as const),
  ['BackendTLSPolicy', nativeCapabilities.features.includes('BackendTLSPolicy')],
  ['XTelemetryPolicy', nativeCapabilities.features.includes('TelemetryPolicyTracing')],
  ['tls.frontend', nativeCapabilities.features.includes('GatewayFrontendClientCertificateValidation')],
  ['tls.backend', nativeCapabilities.features.includes('GatewayBackendClientCertificate')],
];

/** Rows of the README's table that promise too much or too little: a row says "not yet" exactly where it is not carried. */
export function wrongPromises(root: string): string[] {
  const rows = readPage(readFileSync(join(root, 'README.md'), 'utf8')).prose.filter((it) => it.startsWith('|'));
  return parts.flatMap(([name, carried]) => {
    const named = rows.filter((row) => row.split(/[^\w.]+/).includes(name));
    if (named.length === 0) return [`README.md: no row of the table names ${name}`];
    return named.filter((row) => row.includes('not yet') === carried).map(() => `README.md: the row of ${name} says ${carried ? 'not yet, and it is carried' : 'that it works, and it is not carried'}`);
  });
}
