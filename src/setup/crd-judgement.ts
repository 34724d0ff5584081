/** What says which release a CustomResourceDefinition is of. */
export interface CrdFact {
  /** `gateways.gateway.networking.k8s.io`. */
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  /** `v1.7.0`; absent where nobody said. */
  readonly release?: string;
  /** `standard` or `experimental`; of the Gateway API alone. */
  readonly channel?: string;
  /** Versions that the API server serves. */
  readonly served: readonly string[];
}

/** What may become of a definition: `refuse` says why, so that a person can decide. */
export type CrdJudgement =
  | { readonly verdict: 'create' | 'update' | 'keep' }
  | { readonly verdict: 'refuse'; readonly because: string };

/**
 * Whether `wanted` may take the place of what is there: never of a newer release, of another channel, or of one that does not say what it is,
 * since other controllers may live on it.
 */
export function judgeCrd(wanted: CrdFact, present: CrdFact | undefined): CrdJudgement {
  if (present === undefined) return { verdict: 'create' };
  if (present.release === undefined) return { verdict: 'refuse', because: 'the one that is there does not say which release it is of' };
  if (present.channel !== wanted.channel) return { verdict: 'refuse', because: present.channel === undefined ? 'the one that is there does not say which channel it is of' : `the one that is there is of the channel ${present.channel}, not ${wanted.channel}` };
  const order = compareReleases(present.release, wanted.release ?? '');
  if (order === undefined) return { verdict: 'refuse', because: `the one that is there is of the release ${present.release}, which is no version` };
  if (order > 0) return { verdict: 'refuse', because: `the one that is there is newer: ${present.release}, not ${wanted.release}` };
  return { verdict: order < 0 ? 'update' : 'keep' };
}

/**
 * Negative where `a` is older than `b`; undefined where one is no version. Of releases with the same number, one with a suffix such as
 * `-rc.1` comes first (Semantic Versioning 2, section 11); suffixes are compared as text.
 */
export function compareReleases(a: string, b: string): number | undefined {
  const [left, right] = [partsOf(a), partsOf(b)];
  if (left === undefined || right === undefined) return undefined;
  for (let at = 0; at < 3; at++) if (left.numbers[at] !== right.numbers[at]) return left.numbers[at]! - right.numbers[at]!;
  if (left.suffix === right.suffix) return 0;
  if (left.suffix === '' || right.suffix === '') return left.suffix === '' ? 1 : -1;
  return left.suffix < right.suffix ? -1 : 1;
}

function partsOf(release: string): { readonly numbers: readonly number[]; readonly suffix: string } | undefined {
  const found = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/.exec(release);
  return found === null ? undefined : { numbers: found.slice(1, 4).map(Number), suffix: found[4] ?? '' };
}
