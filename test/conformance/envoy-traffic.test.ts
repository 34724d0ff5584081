/** The suite's requests on real sockets through a real Envoy; skipped where there is none. */
import { test } from 'node:test';
import { envoyCapabilities } from '../../src/xds/translate/index.ts';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { EnvoyPlane } from '../harness/envoy-plane.ts';
import { replaySuite } from './harness/replay.ts';

const binary = envoyBinary();
if (binary === undefined) {
  test('the suite on Envoy', { skip: howToGetEnvoy }, () => undefined);
} else {
  const plane = new EnvoyPlane(binary);
  replaySuite({ capabilities: envoyCapabilities, apply: (ir) => plane.apply(ir), stop: () => plane.stop() });
}
