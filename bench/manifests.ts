/** The same routes as Gateway API manifests: one route object a route, as people keep them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './certificate.ts';
import { backendSpeaksHttp2, hasTls, type PeerConfig } from './peers/peer.ts';
import type { RouteEntry } from './route-table.ts';

const routesPerFile = 100;

/** Writes a folder of manifests: the Gateway, the backend with its EndpointSlice, and the routes. */
export function writeManifests(folder: string, config: Pick<PeerConfig, 'routes' | 'backendPort' | 'certificate' | 'workload'> & { readonly listenerPort: number }): void {
  const { workload, routes } = config;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'gateway.yaml'), gateway([listener(workload.front, config.listenerPort, hasTls(config))]));
  if (hasTls(config)) writeFileSync(join(folder, 'secret.yaml'), secret(config.certificate));
  const transport = workload.front === 'udp' ? 'UDP' : 'TCP';
  writeFileSync(join(folder, 'backend.yaml'), service({ name: 'backend', port: config.backendPort, transport, http2: backendSpeaksHttp2(config) }));
  for (let from = 0; from < routes.length; from += routesPerFile) {
    const documents = routes.slice(from, from + routesPerFile).map((route, i) => routeOf(config, `route-${from + i}`, route));
    writeFileSync(join(folder, `routes-${from}.yaml`), documents.join('---\n'));
  }
}

function routeOf(config: Pick<PeerConfig, 'workload'>, name: string, route: RouteEntry): string {
  const { front } = config.workload;
  if (front === 'tcp' || front === 'udp') return streamRoute(front === 'tcp' ? 'TCPRoute' : 'UDPRoute', name);
  return backendSpeaksHttp2(config) ? grpcRoute(name, route) : httpRoute(name, route);
}

const toBackend = (backend: string): string => `      backendRefs:
        - name: ${backend}
          port: 80
`;

const head = (kind: string, name: string, parent: string): string => `apiVersion: gateway.networking.k8s.io/v1
kind: ${kind}
metadata:
  name: ${name}
spec:
  parentRefs:
    - name: web${parent}
`;

/** More of a route than its place: a backend, a listener of the Gateway, and `filters` as YAML of its rule at eight spaces. */
export interface RouteExtras {
  readonly backend?: string;
  readonly section?: string;
  readonly filters?: string;
}

const parentSection = (section: string | undefined): string => (section === undefined ? '' : `\n      sectionName: ${section}`);

export function httpRoute(name: string, route: RouteEntry, { backend = 'backend', section, filters = '' }: RouteExtras = {}): string {
  return `${head('HTTPRoute', name, parentSection(section))}  hostnames:
    - ${route.host}
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: ${route.prefix}
${filters}${toBackend(backend)}`;
}

/** The prefix of the route is `/SERVICE`. */
export function grpcRoute(name: string, route: RouteEntry, { backend = 'backend', section }: RouteExtras = {}): string {
  return `${head('GRPCRoute', name, parentSection(section))}  hostnames:
    - ${route.host}
  rules:
    - matches:
        - method:
            service: ${route.prefix.slice(1)}
${toBackend(backend)}`;
}

export function streamRoute(kind: 'TCPRoute' | 'UDPRoute' | 'TLSRoute', name: string, { backend = 'backend', section, host }: RouteExtras & { readonly host?: string } = {}): string {
  const hostnames = host === undefined ? '' : `  hostnames:\n    - ${host}\n`;
  return `${head(kind, name, parentSection(section))}${hostnames}  rules:
    -
${toBackend(backend)}`;
}

/** One listener, named as its front. */
export function listener(front: string, port: number, tls: boolean): string {
  const protocol = tls ? 'HTTPS' : ({ tcp: 'TCP', udp: 'UDP' }[front] ?? 'HTTP');
  const end = tls ? '      tls:\n        certificateRefs:\n          - name: certificate\n' : '';
  return `    - name: ${front}\n      protocol: ${protocol}\n      port: ${port}\n${end}`;
}

/** The class and the one Gateway, with listeners as `listener` writes them. */
export function gateway(listeners: readonly string[]): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata:
  name: postern
spec:
  controllerName: postern.dev/gateway-controller
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: web
spec:
  gatewayClassName: postern
  listeners:
${listeners.join('')}`;
}

export function secret({ certificate, key }: Pick<Certificate, 'certificate' | 'key'>): string {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return `apiVersion: v1
kind: Secret
metadata:
  name: certificate
type: kubernetes.io/tls
data:
  tls.crt: ${base64(certificate)}
  tls.key: ${base64(key)}
`;
}

export interface ServiceOptions {
  readonly name: string;
  readonly port: number;
  readonly transport: 'TCP' | 'UDP';
  /** HTTP/2 in clear. */
  readonly http2: boolean;
  /** Addresses that all listen on `port`; 127.0.0.1 if not given. */
  readonly addresses?: readonly string[];
}

/** A Service and its EndpointSlice. */
export function service({ name, port, transport, http2, addresses = ['127.0.0.1'] }: ServiceOptions): string {
  const speaks = http2 ? '\n      appProtocol: kubernetes.io/h2c' : '';
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}
spec:
  ports:
    - name: main
      port: 80
      protocol: ${transport}
      targetPort: ${port}${speaks}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: ${name}-1
  labels:
    kubernetes.io/service-name: ${name}
addressType: IPv4
ports:
  - name: main
    port: ${port}
    protocol: ${transport}
endpoints:
${addresses.map((address) => `  - addresses:\n      - ${address}\n    conditions:\n      ready: true\n`).join('')}`;
}
