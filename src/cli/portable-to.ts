import { nearOrRelatedName } from '../base/index.ts';
import { conformanceReports } from '../explain/index.ts';
import { UsageError } from './command.ts';

/** The implementations that `--portable-to NAME,…` names; `all` is every one. Throws UsageError for a name that no report has. */
export function askedImplementations(values: readonly string[]): readonly string[] {
  const known = [...conformanceReports.keys()];
  const names = values.flatMap((it) => it.split(',')).map((it) => it.trim()).filter((it) => it !== '');
  if (names.includes('all')) return known;
  const odd = names.find((it) => !conformanceReports.has(it));
  if (odd === undefined) return names;
  const near = nearOrRelatedName(odd, known);
  throw new UsageError(`--portable-to ${odd}: ${near === undefined ? '' : `did you mean ${near}? `}there are conformance reports of ${known.join(', ')}; or all`);
}
