import { describeRef, formatPath, type FieldPath, type Finding, type ObjectRef } from '../../contract/index.ts';
import type { Modeled } from '../../model/index.ts';
import type { Known } from '../known.ts';
import { findingAt } from '../lint/written-at.ts';
import { overlapNeeds } from './listener-needs.ts';
import { fieldsAt, needs, untested } from './needed-features.ts';
import { type ConformanceReport, conformanceReports } from './reports.ts';

/** What a part of an object needs of whoever serves it. */
export interface Need {
  readonly ref: ObjectRef;
  readonly path: FieldPath;
  readonly feature: string;
}

/** What an object needs beyond the core of the Gateway API, by what is written in it. */
export function needsOf({ ref, object, source }: Modeled<unknown>): Need[] {
  return (needs[ref.kind] ?? []).flatMap(([field, feature]) => fieldsAt(object, field.split('.')).flatMap(({ path, value }): Need[] => {
    const needed = typeof feature === 'string' ? feature : feature(value);
    // What only a default says is not what the author asked for.
    return needed === undefined || !isWritten(source.value, path) ? [] : [{ ref, path, feature: needed }];
  }));
}

function isWritten(value: unknown, path: FieldPath): boolean {
  return path.reduce((at: unknown, step) => (at as Readonly<Record<string | number, unknown>> | null | undefined)?.[step], value) !== undefined;
}

/** Where manifests need what an implementation does not claim. `names` are those of `implementations`. */
export function portabilityFindings(known: Known, names: readonly string[]): Finding[] {
  const reports = names.flatMap((name) => conformanceReports.get(name) ?? []);
  if (reports.length === 0) return [];
  const tables = Object.values(known.meaning?.model.objects ?? {}) as readonly ReadonlyMap<string, Modeled<unknown>>[];
  const all = [...tables.flatMap((it) => [...it.values()].flatMap(needsOf)), ...overlapNeeds(known)];
  return oncePerObject(all).flatMap((need) => {
    const lacking = reports.filter(({ features }) => !features.includes(need.feature));
    return lacking.length === 0 ? [] : [findingOf(need, lacking, known)];
  });
}

/** A feature is said once for an object, at the first field that needs it. */
function oncePerObject(all: readonly Need[]): Need[] {
  const seen = new Map<string, Need>();
  for (const it of all) {
    const field = it.feature === untested ? formatPath(it.path).replaceAll(/\d+/g, '*') : it.feature;
    const key = `${describeRef(it.ref)} ${field}`;
    if (!seen.has(key)) seen.set(key, it);
  }
  return [...seen.values()];
}

function findingOf({ ref, path, feature }: Need, lacking: readonly ConformanceReport[], known: Known): Finding {
  const what = `${path.length === 0 ? '' : `${formatPath(path)} of `}${describeRef(ref)}`;
  const at = { ref, path: path.length === 0 ? ['kind'] : path };
  if (feature === untested) {
    const finding = findingAt(known, 'not-portable', at, {
      message: `${what}: no conformance test covers this, so ${lacking.map(({ name }) => name).join(', ')} may do it in another way, or not at all.`,
      hint: 'Look it up in their documentation, and try it there.',
    });
    return { ...finding, severity: 'info' };
  }
  const hint = 'Do without it where that is one of your targets, or ask its makers: what is not claimed may work all the same.';
  return findingAt(known, 'not-portable', at, { message: `${what} needs ${feature}, which is not claimed by ${lacking.map(claimText).join(', ')}.`, hint });
}

/** `cilium v1.20.0 (Gateway API v1.6.1, 2026-07-31)`. */
function claimText({ name, version, gatewayApi, date }: ConformanceReport): string {
  return `${name} ${version} (Gateway API ${gatewayApi}, ${date})`;
}
