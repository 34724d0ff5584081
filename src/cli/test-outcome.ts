import type { Known, Meaning } from '../explain/index.ts';
import { rehearse, rehearseConnection } from '../proxy/index.ts';
import { runTests } from '../trial/index.ts';
import type { TestOutcome } from './test-text.ts';

/** What comes of the RouteTests among files, and what is wrong with these and with the manifests that they are about. */
export function outcomeOf({ model, findings }: Meaning, known: Known & { readonly meaning: Meaning }): TestOutcome {
  const broken = findings.filter(({ severity, object }) => severity === 'error' && (object === undefined || object.kind === 'RouteTest'));
  const errors = known.meaning.findings.filter((it) => it.severity === 'error' && !broken.includes(it)).length;
  return { ...runTests(model, known, { rehearse, rehearseConnection }), broken, errors };
}
