/** xds: configuration over delta ADS, the server's side and a client's, and what servers tell each other. May import wire, ir, contract, base. */
export { AdsServer, type AdsServerOptions } from './server/ads-server.ts';
export { AdsClient, type AdsClientOptions } from './client/ads-client.ts';
export { selfSigned } from './server/self-signed.ts';
export type { ResourceSet, Settled } from './delta/delta-stream.ts';
export type { DeltaResponse, VersionedResource } from './delta/messages.ts';
export { Bulletin } from './bulletin/bulletin.ts';
export { BulletinReader, type BulletinReaderOptions } from './bulletin/bulletin-reader.ts';
export { envoyTypeUrls, type EnvoyResource, type EnvoyResourceKind, type EnvoyResources, type EnvoyTable, type EnvoyTerms, type Translate } from './translate/envoy-resources.ts';
export { EnvoyDiscovery, type EnvoyDiscoveryOptions } from './envoy/envoy-discovery.ts';
export type { EnvoyGroup, EnvoyState } from './envoy/envoy-group.ts';
export type { EnvoyProblem } from './envoy/quarantine.ts';
export { envoyBootstrap, type BootstrapSettings } from './envoy/bootstrap.ts';

/** What writes Envoy's resources; loaded when it is first asked for, since most programs never are. */
export const envoyTranslation = (): Promise<typeof import('./translate/index.ts')> => import('./translate/index.ts');
