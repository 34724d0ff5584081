import type { AttachSettings } from '../attach/index.ts';
import type { Finding, Snapshot } from '../contract/index.ts';
import { portabilityFindings, trafficFindings } from '../explain/index.ts';
import type { Model } from '../model/index.ts';
import { rehearse, rehearseConnection } from '../proxy/index.ts';
import { knownOf } from './known-of.ts';

/** All that lint says of manifests: of reading, of single objects, of their joining, of the traffic that comes of them, and of what other implementations claim. */
export function lintFindings(snapshot: Snapshot, settings: AttachSettings, portableTo: readonly string[] = []): { readonly findings: readonly Finding[]; readonly model: Model } {
  const known = knownOf(snapshot, settings);
  const { findings, model } = known.meaning;
  return { findings: [...findings, ...trafficFindings(known, { rehearse, rehearseConnection }, Date.now()), ...portabilityFindings(known, portableTo)], model };
}
