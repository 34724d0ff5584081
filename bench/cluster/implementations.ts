/** The implementations that are measured: how each comes into the cluster, and which processes are its control plane and its data planes. */
import { cluster, installChart, kubectl, makeEnvoyImage, makeImage, uninstallChart } from '../../test/cluster/postern.ts';

export interface Implementation {
  readonly name: string;
  /** Of the GatewayClass. */
  readonly className: string;
  /** Matches the command lines of its processes, arguments parted by blanks. */
  readonly controlPlane: RegExp;
  readonly dataPlane: RegExp;
  install(): void;
  remove(): void;
}

const image = { repository: 'postern.local/bench', tag: 'cluster' };

/** One controller and one data plane a Gateway, as the peer has them. */
const postern: Implementation = {
  name: 'postern',
  className: 'postern',
  controlPlane: /\/app\/dist\/bin\/main\.js controller /,
  dataPlane: /\/app\/dist\/bin\/main\.js proxy /,
  install() {
    uninstallChart();
    kubectl('delete', 'gatewayclass', 'postern', '--ignore-not-found');
    // Of a controller whose rights went before it could give the lease back.
    kubectl('delete', 'lease', '--all', '--namespace', 'postern-system', '--ignore-not-found');
    makeImage(image.repository, image.tag);
    installChart({ 'image.repository': image.repository, 'image.tag': image.tag, replicas: '1', 'proxy.replicas': '1' });
  },
  remove: uninstallChart,
};

/** The same controller, with Envoys as data planes. */
const posternEnvoy: Implementation = {
  ...postern,
  name: 'postern-envoy',
  className: 'postern-envoy',
  dataPlane: /(?:^|\/)envoy -/,
  install() {
    postern.install();
    installChart({ 'image.repository': image.repository, 'image.tag': image.tag, replicas: '1', 'proxy.replicas': '1', 'envoy.enabled': 'true', ...makeEnvoyImage() });
  },
};

const envoyGateway: Implementation = {
  name: 'envoy-gateway',
  className: 'envoy-gateway',
  controlPlane: /\/envoy-gateway server/,
  dataPlane: /(?:^|\/)envoy -/,
  install: () => void cluster(['peer', 'envoy-gateway', 'up']),
  remove: () => void cluster(['peer', 'envoy-gateway', 'down']),
};

export const implementations: readonly Implementation[] = [postern, posternEnvoy, envoyGateway];
