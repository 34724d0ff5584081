/** The manifests of the soak: one Gateway with every protocol, and a route to each backend. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from '../certificate.ts';
import { grpcService } from '../grpc-message.ts';
import { gateway, grpcRoute, listener, secret, service, streamRoute, type ServiceOptions } from '../manifests.ts';
import { deadAddress, hosts, liveAddresses, type ListenerPorts, type SoakBackends } from './ports.ts';
import { replaceFile } from './replace-file.ts';

const passthrough = (port: number): string => `    - name: tls\n      protocol: TLS\n      port: ${port}\n      tls:\n        mode: Passthrough\n`;

const kinds = { web: ['TCP', false], grpc: ['TCP', true], tcp: ['TCP', false], udp: ['UDP', false], tls: ['TCP', false] } as const;

/** All but the route of `web`, which the editor writes. */
export function writeSoak(folder: string, place: { readonly listeners: ListenerPorts; readonly backends: SoakBackends; readonly certificate: Certificate }): void {
  const { listeners, backends, certificate } = place;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'gateway.yaml'), gateway([
    listener('http', listeners.http, false), listener('https', listeners.https, true), listener('tcp', listeners.tcp, false), listener('udp', listeners.udp, false), passthrough(listeners.tls),
  ]));
  writeFileSync(join(folder, 'secret.yaml'), secret(certificate));
  writeFileSync(join(folder, 'routes.yaml'), [
    grpcRoute('grpc', { host: hosts.grpc, prefix: `/${grpcService}` }, { backend: 'grpc', section: 'http' }),
    streamRoute('TCPRoute', 'tcp', { backend: 'tcp', section: 'tcp' }),
    streamRoute('UDPRoute', 'udp', { backend: 'udp', section: 'udp' }),
    streamRoute('TLSRoute', 'tls', { backend: 'tls', section: 'tls', host: hosts.tls }),
  ].join('---\n'));
  for (const name of backendNames) writeEndpoints(folder, name, { port: backends[name], addresses: liveAddresses });
}

export const backendNames = Object.keys(kinds) as readonly (keyof SoakBackends)[];

export function writeEndpoints(folder: string, name: keyof SoakBackends, options: Pick<ServiceOptions, 'port' | 'addresses'>): void {
  const [transport, http2] = kinds[name];
  replaceFile(join(folder, `endpoints-${name}.yaml`), service({ ...options, name, transport, http2 }));
}

/** Some of the addresses, at least one, in any order; now and then with one where nobody listens, which only connections notice. */
export function someAddresses(random: () => number, mayBeDead: boolean): readonly string[] {
  const chosen = liveAddresses.filter(() => random() < 0.6);
  const some: readonly string[] = chosen.length > 0 ? chosen : [liveAddresses[Math.floor(random() * liveAddresses.length)]!];
  return mayBeDead && random() < 0.3 ? [deadAddress, ...some] : some;
}
