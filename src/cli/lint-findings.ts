import type { AttachSettings } from '../attach/index.ts';
import type { Finding, Snapshot } from '../contract/index.ts';
import { type Known, type Meaning, portabilityFindings, trafficFindings } from '../explain/index.ts';
import type { Model } from '../model/index.ts';
import { rehearse, rehearseConnection } from '../proxy/index.ts';
import { knownOf } from './known-of.ts';

export interface Linted {
  readonly findings: readonly Finding[];
  readonly model: Model;
}

/** All that lint says of manifests: of reading, of single objects, of their joining, of the traffic that comes of them, and of what other implementations claim. */
export function lintFindings(snapshot: Snapshot, settings: AttachSettings, portableTo: readonly string[] = []): Linted {
  return lintKnown(knownOf(snapshot, settings), portableTo);
}

/** The same of objects whose meaning is known. */
export function lintKnown(known: Known & { readonly meaning: Meaning }, portableTo: readonly string[]): Linted {
  const { findings, model } = known.meaning;
  return { findings: [...findings, ...trafficFindings(known, { rehearse, rehearseConnection }, Date.now()), ...portabilityFindings(known, portableTo)], model };
}
