import { existsSync } from 'node:fs';
import type { Snapshot } from '../contract/index.ts';
import { type Known, type Meaning, withAssumedCertificates } from '../explain/index.ts';
import { clusterAccess, openFileSource } from '../source/index.ts';
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
  const settings = nativeSettings({ strict });
  const [cluster, files] = [isContext(before) ? old : isContext(after) ? now : undefined, isContext(before) && !isContext(after) ? now : old];
  if (cluster === undefined || (isContext(before) && isContext(after))) return [withAssumedCertificates(knownOf(old, settings)), withAssumedCertificates(knownOf(now, settings))];
  const applied = knownOf(laidOver(cluster, files), settings);
  const bare = knownOf(cluster, settings);
  return isContext(before) ? [bare, applied] : [applied, bare];
}

function isContext(input: string): boolean {
  return input.startsWith('context:') && !existsSync(input);
}

/** A path goes before a revision of the same text. */
async function snapshotOf(input: string): Promise<Snapshot> {
  if (isContext(input)) return (await import('./cluster-known.ts')).clusterSnapshot(await clusterAccess({ context: input.slice('context:'.length) }));
  const revision = /^(.+?):(.*)$/.exec(input);
  if (input !== '-' && !existsSync(input) && revision !== null) return readRevision(revision[1]!, revision[2]!);
  return openFileSource(requireInputs([input])).read();
}
