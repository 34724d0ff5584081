import type { Capabilities } from '../contract/index.ts';

/** What a key pair check says: the leaf's DNS names and when it ends (milliseconds since 1970), or why the pair can't be used. */
export type KeyPairReport = { readonly names: readonly string[]; readonly endsAt?: number } | { readonly error: string };

/** What the world outside tells `attach`; everything else comes from the model. */
export interface AttachSettings {
  readonly controllerName: string;
  readonly capabilities: Capabilities;
  /** Release of the Gateway API whose definitions the cluster has; undefined: without a cluster, or where they do not say. */
  readonly gatewayApi?: string;
  /** Serve Gateways whose class is missing or another controller's, as files on a laptop want it. */
  readonly adoptForeignClasses: boolean;
  /** Parses PEM; handed in because parsing needs the platform's crypto. */
  checkKeyPair(chain: string, key: string): KeyPairReport;
  /** Why a PEM bundle of certificate authorities can't be used, or undefined; of a ClusterTrustBundle as strictly as an API server. */
  checkAuthorities(bundle: string, of?: 'ClusterTrustBundle'): string | undefined;
}
