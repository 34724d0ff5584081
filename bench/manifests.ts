/** The same routes as Gateway API manifests: one HTTPRoute a route, as people keep them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RouteEntry } from './route-table.ts';

const routesPerFile = 100;

/** Writes a folder of manifests: the Gateway, the backend with its EndpointSlice, and the routes. */
export function writeManifests(folder: string, routes: readonly RouteEntry[], ports: { readonly listener: number; readonly backend: number }): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'gateway.yaml'), gateway(ports.listener));
  writeFileSync(join(folder, 'backend.yaml'), backend(ports.backend));
  for (let from = 0; from < routes.length; from += routesPerFile) {
    const documents = routes.slice(from, from + routesPerFile).map((route, i) => httpRoute(`route-${from + i}`, route));
    writeFileSync(join(folder, `routes-${from}.yaml`), documents.join('---\n'));
  }
}

/** One HTTPRoute; `filters` is YAML of its rule at eight spaces. */
export function httpRoute(name: string, route: RouteEntry, filters = ''): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: ${name}
spec:
  parentRefs:
    - name: web
  hostnames:
    - ${route.host}
  rules:
    - matches:
        - path:
            type: PathPrefix
            value: ${route.prefix}
${filters}      backendRefs:
        - name: backend
          port: 80
`;
}

function gateway(port: number): string {
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
    - name: http
      protocol: HTTP
      port: ${port}
`;
}

function backend(port: number): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: backend
spec:
  ports:
    - name: http
      port: 80
      targetPort: ${port}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: backend-1
  labels:
    kubernetes.io/service-name: backend
addressType: IPv4
ports:
  - name: http
    port: ${port}
    protocol: TCP
endpoints:
  - addresses:
      - 127.0.0.1
    conditions:
      ready: true
`;
}
