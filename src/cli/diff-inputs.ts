import { existsSync } from 'node:fs';
import type { Snapshot } from '../contract/index.ts';
import { type Known, type Meaning, withAssumedCertificates } from '../explain/index.ts';
import { AccessError, clusterAccess, openFileSource } from '../source/index.ts';
import { UsageError } from './command.ts';
import { readRevision } from './git-revision.ts';
import { requireInputs } from './inputs.ts';
import { knownOf } from './known-of.ts';
import { laidOver } from './laid-over.ts';
import { nativeSettings } from './settings.ts';

type Meant = Known & { readonly meaning: Meaning };

/** How two sides are read. */
export interface SideOptions {
  readonly strict: boolean;
  /** What belongs to both sides, such as the manifests of a Gateway that somebody else keeps. */
  readonly beside: readonly string[];
}

/** What the two sides of a comparison mean. Files beside a cluster are what applying them would make of it. Throws UsageError where nothing would be compared. */
export async function knownOfInputs(before: string, after: string, { strict, beside }: SideOptions): Promise<readonly [Meant, Meant]> {
  const inputs = [before, after, ...beside];
  if (inputs.filter((it) => it === '-').length > 1) throw new UsageError('standard input can be one of the inputs only');
  const [old, now] = [await snapshotOf(before), await snapshotOf(after)];
  let shared: Snapshot = { objects: [], findings: [] };
  for (const input of beside) shared = laidOver(shared, await snapshotOf(input));
  // A cluster on one side is what the files of the other are applied to.
  const cluster = isContext(before) === isContext(after) ? shared : isContext(before) ? old : now;
  const isOfCluster = inputs.some(isContext);
  const meantBy = (snapshot: Snapshot): Meant => {
    // Gateways of other controllers are theirs in a cluster, and all Secrets are there.
    const known = knownOf(laidOver(shared, snapshot === cluster ? snapshot : laidOver(cluster, snapshot)), nativeSettings({ strict: strict || isOfCluster }));
    return isOfCluster ? known : withAssumedCertificates(known);
  };
  const both = [meantBy(old), meantBy(now)] as const;
  if (both.every(({ ir }) => Object.keys(ir.listeners).length === 0 && Object.keys(ir.streamListeners ?? {}).length === 0)) throw new UsageError(`neither ${before} nor ${after} has a Gateway that is served, so there is no traffic to compare; name the manifests of the Gateway by --with`);
  return both;
}

function isContext(input: string): boolean {
  return input.startsWith('context:') && !existsSync(input);
}

async function readContext(context: string): Promise<Snapshot> {
  const { clusterSnapshot } = await import('./cluster-known.ts');
  try {
    return await clusterSnapshot(await clusterAccess({ context }));
  } catch (error) {
    if (error instanceof AccessError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** A path goes before a revision of the same text. */
async function snapshotOf(input: string): Promise<Snapshot> {
  if (isContext(input)) return readContext(input.slice('context:'.length));
  const revision = /^(.+?):(.*)$/.exec(input);
  if (input !== '-' && !existsSync(input) && revision !== null) return readRevision(revision[1]!, revision[2]!);
  return openFileSource(requireInputs([input])).read();
}
