import { accept, refuse, type Verdict } from './verdict.ts';

/** The release of the Gateway API that Postern is made for. */
const ours = 'v1.7.0';

/**
 * Whether the definitions in the cluster are of the release that we know; `release` is what they say of themselves (`bundle-version`), undefined
 * without a cluster. Postern serves on in either case (GEP-922; GatewayClass's SupportedVersion).
 */
export function releaseVerdict(release: string | undefined): Verdict {
  if (release === undefined || /^v1\.7\.\d+(?:[-+]|$)/.test(release)) return accept('SupportedVersion', `Gateway API ${release ?? ours}.`);
  return refuse('UnsupportedVersion', `The cluster has the Gateway API ${release}, and Postern is made for ${ours}: fields that one of them lacks do nothing.`);
}

/** A release whose Gateways and routes are not among the kinds that Postern reads: v1 of them came with v1.0.0. `v0.0.0` is one under way. */
export function isBeforeV1(release: string | undefined): boolean {
  return release !== undefined && /^v0\.[1-9]/.test(release);
}
