import { lintFindings } from '../../src/cli/lint-findings.ts';
import { standIns } from '../../src/cli/migrate-stand-ins.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import { syntheticObject } from '../../src/cli/synthetic-object.ts';
import type { Finding, SourceObject } from '../../src/contract/index.ts';
import type { Migration } from '../../src/migrate/index.ts';

/** What lint says of the objects that were made, among Services and Secrets that stand in for those of the cluster. */
export function lintMade(migration: Migration, input: readonly SourceObject[]): Finding[] {
  const made = migration.objects.map(({ object }) => object);
  const names = made.flatMap(({ kind, spec }) => (kind === 'Gateway' || kind === 'ListenerSet' ? ((spec?.['listeners'] ?? []) as { hostname?: string }[]).map(({ hostname }) => hostname ?? '') : [])).filter((it) => it !== '');
  const beside = input.filter(({ value }) => (value as { kind?: string }).kind !== 'Ingress');
  const objects = [...beside, ...standIns(migration.objects, input), ...made.map((it) => syntheticObject(it))];
  const settings = { ...nativeSettings({ strict: true }), checkKeyPair: () => ({ names }), checkAuthorities: () => undefined };
  return lintFindings({ objects, findings: [] }, settings).findings.filter(({ severity }) => severity !== 'info');
}
