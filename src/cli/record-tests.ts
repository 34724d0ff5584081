import type { Known } from '../explain/index.ts';
import { rehearse, rehearseConnection } from '../proxy/index.ts';
import { record, type RecordedCase, type Recording } from '../trial/index.ts';
import { allLogged } from './all-logged.ts';

/** Prints RouteTests of what the requests of an access log met; the exit code. */
export async function recordTests(file: string, known: Known): Promise<number> {
  const recording = record(await allLogged(file), known, { rehearse, rehearseConnection });
  process.stdout.write(await recordedText(recording, file));
  const { left, taken } = recording;
  if (left.length > 0) process.stderr.write(`postern: ${left.length} of ${left.length + taken} requests are left out: these manifests treat them otherwise than the log says, or they had headers that it does not tell, such as ${left[0]!.written.method} ${left[0]!.written.url}\n`);
  return taken > 0 ? 0 : 1;
}

/** The documents, one for each Gateway. */
export async function recordedText({ cases, taken }: Recording, file: string): Promise<string> {
  const { stringify } = await import('yaml');
  const documents = [...cases].map(([gateway, all]) => stringify(documentOf(gateway, all), { lineWidth: 0, aliasDuplicateObjects: false }));
  return `# Made by postern test --record of ${taken} requests in ${file.replaceAll('\n', ' ')}.\n${documents.join('---\n')}`;
}

function documentOf(gateway: string, cases: readonly RecordedCase[]): object {
  const [namespace = '', name = 'requests'] = gateway.split('/');
  return {
    apiVersion: 'postern.dev/v1alpha1', kind: 'RouteTest', metadata: { name: `${name}-recorded`, ...(namespace === '' ? {} : { namespace }) },
    spec: { ...(gateway === '' ? {} : { gateway }), cases: cases.map(entryOf) },
  };
}

function entryOf({ name, requests, headers, expect }: RecordedCase): object {
  return { name, ...(requests.length === 1 ? { request: requests[0] } : { requests }), ...(Object.keys(headers).length === 0 ? {} : { headers }), expect };
}
