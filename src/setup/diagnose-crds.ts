import { compareReleases, type CrdFact } from './crd-judgement.ts';
import type { Diagnosis } from './diagnosis.ts';

/** The release that Postern is made for. */
export const gatewayApiRelease = 'v1.7.0';

const standardGroup = 'gateway.networking.k8s.io';
const experimentalGroup = 'gateway.networking.x-k8s.io';

/** Without these nothing works; with the version that we read. */
const needed: readonly (readonly [kind: string, plural: string])[] = [
  ['GatewayClass', 'gatewayclasses'], ['Gateway', 'gateways'], ['HTTPRoute', 'httproutes'],
];

/** Without these the features that they stand for are missing. */
const useful: readonly (readonly [kind: string, plural: string])[] = [
  ['GRPCRoute', 'grpcroutes'], ['TLSRoute', 'tlsroutes'], ['TCPRoute', 'tcproutes'], ['UDPRoute', 'udproutes'],
  ['ListenerSet', 'listenersets'], ['BackendTLSPolicy', 'backendtlspolicies'], ['ReferenceGrant', 'referencegrants'],
];

const subject = 'Gateway API';
const howToInstall = 'postern install --gateway-api, or the release file of the Gateway API v1.7.0.';

/** Which definitions there are, of which release and channel. */
export function diagnoseCrds(crds: readonly CrdFact[]): readonly Diagnosis[] {
  const ours = crds.filter((it) => it.group === standardGroup || it.group === experimentalGroup);
  if (ours.length === 0) return [{ health: 'problem', subject, says: 'its kinds are not known to the API server', mend: howToInstall }];
  return [...releaseOf(ours), ...missing(ours), ...notServed(ours)];
}

function releaseOf(crds: readonly CrdFact[]): readonly Diagnosis[] {
  const channels = [...new Set(crds.filter((it) => it.group === standardGroup).map((it) => it.channel ?? 'unknown'))].sort();
  const releases = [...new Set(crds.map((it) => it.release ?? 'unknown'))].sort();
  const says = `${releases.join(' and ')}, channel ${channels.join(' and ')}, ${crds.length} kinds`;
  if (channels.length > 1 || releases.length > 1) {
    const odd = crds.filter((it) => it.release !== releases.at(-1) || (it.group === standardGroup && it.channel !== channels[0])).map((it) => it.kind).join(', ');
    return [{ health: 'warning', subject, says: `${says}: a mixture (${odd})`, mend: 'Install one release of one channel.' }];
  }
  const order = compareReleases(releases[0]!, gatewayApiRelease);
  if (order === undefined) return [{ health: 'warning', subject, says: `${says}: no release that we know`, mend: howToInstall }];
  if (order < 0) return [{ health: 'warning', subject, says: `${says}: older than ${gatewayApiRelease}, which Postern is made for; fields that came later are not there`, mend: howToInstall }];
  if (order > 0) return [{ health: 'note', subject, says: `${says}: newer than ${gatewayApiRelease}, which Postern is made for; fields that came later do nothing` }];
  return [{ health: 'ok', subject, says }];
}

function missing(crds: readonly CrdFact[]): readonly Diagnosis[] {
  const lacks = (list: typeof needed): string => list.filter(([, plural]) => !crds.some((it) => it.name === `${plural}.${standardGroup}`)).map(([kind]) => kind).join(', ');
  const [much, some] = [lacks(needed), lacks(useful)];
  return [
    ...(much === '' ? [] : [{ health: 'problem' as const, subject, says: `${much} not known to the API server`, mend: howToInstall }]),
    ...(some === '' ? [] : [{ health: 'warning' as const, subject, says: `${some} not known to the API server, so objects of these kinds do nothing`, mend: howToInstall }]),
  ];
}

function notServed(crds: readonly CrdFact[]): readonly Diagnosis[] {
  const old = crds.filter((it) => it.group === standardGroup && !it.served.includes('v1')).map((it) => it.kind);
  return old.length === 0 ? [] : [{ health: 'warning', subject, says: `${old.join(', ')}: v1 is not served, so objects of these kinds do nothing`, mend: howToInstall }];
}
