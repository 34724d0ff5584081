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

/** What the two sides of a comparison mean. Files beside a cluster are what applying them would make of it. */
export async function knownOfInputs(before: string, after: string, { strict }: { readonly strict: boolean }): Promise<readonly [Meant, Meant]> {
  if (before === '-' && after === '-') throw new UsageError('only one side can be standard input');
  const [old, now] = [await snapshotOf(before), await snapshotOf(after)];
  // Gateways of other controllers are theirs in a cluster.
  const settings = nativeSettings({ strict: strict || isContext(before) || isContext(after) });
  const [cluster, files] = [isContext(before) ? old : isContext(after) ? now : undefined, isContext(before) && !isContext(after) ? now : old];
  if (cluster === undefined || (isContext(before) && isContext(after))) return [withAssumedCertificates(knownOf(old, settings)), withAssumedCertificates(knownOf(now, settings))];
  const applied = knownOf(laidOver(cluster, files), settings);
  const bare = knownOf(cluster, settings);
  return isContext(before) ? [bare, applied] : [applied, bare];
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
