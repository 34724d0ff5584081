/** The behaviour table on a real Envoy; skipped where there is none. */
import { after, test } from 'node:test';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { envoyKind } from './harness/envoy-data-plane.ts';
import { envoyDifferences } from './harness/envoy-differences.ts';
import { runTable } from './harness/run-table.ts';

const binary = envoyBinary();
if (binary === undefined) {
  test('the behaviour table on Envoy', { skip: howToGetEnvoy }, () => undefined);
} else {
  const envoy = envoyKind(binary);
  after(() => envoy.stop());
  runTable(envoy, envoyDifferences);
}
