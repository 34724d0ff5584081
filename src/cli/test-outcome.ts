import { type Known, type Meaning, withAssumedCertificates } from '../explain/index.ts';
import { rehearse, rehearseConnection } from '../proxy/index.ts';
import { runTests } from '../trial/index.ts';
import type { TestOutcome } from './test-text.ts';

type Meant = Known & { readonly meaning: Meaning };

/** What comes of the RouteTests among files, and what is wrong with these and with the manifests that they are about. */
export function outcomeOf(files: Meant, cluster?: Meant): TestOutcome {
  const { model, findings } = files.meaning;
  const known = cluster === undefined ? withAssumedCertificates(files) : { ...cluster, assumedCertificates: [] };
  const broken = findings.filter(({ severity, object }) => severity === 'error' && (object === undefined || object.kind === 'RouteTest'));
  const errors = known.meaning.findings.filter((it) => it.severity === 'error' && !broken.includes(it)).length;
  const assumed = known.assumedCertificates.map(({ namespace, name }) => `${namespace}/${name}`);
  return { ...runTests(model, known, { rehearse, rehearseConnection }), broken, errors, assumed };
}
