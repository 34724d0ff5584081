/** What the suite asks of a data plane that does not claim a feature; the native one claims both, so this is seen here alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkAuthorities, checkKeyPair, compile } from '../../src/controller/index.ts';
import { completeDataPlane } from './harness/capabilities.ts';
import { Cluster } from './harness/cluster.ts';
import { baseObjects, controllerName, suiteTest, testObjects } from './harness/suite-objects.ts';

/** Reasons of the listeners' Accepted, by name, where the data plane lacks some features. */
function accepted(name: string, ...without: readonly string[]): Record<string, string> {
  const capabilities = { ...completeDataPlane, features: completeDataPlane.features.filter((it) => !without.includes(it)) };
  const cluster = new Cluster([...baseObjects(), ...testObjects(suiteTest(name))]);
  const { graph } = compile(cluster.snapshot(), { controllerName, capabilities, adoptForeignClasses: false, checkAuthorities, checkKeyPair });
  const gateways = [...graph.gateways.values()].filter(({ ref }) => ref.name.startsWith('gateway-tlsroute-'));
  return Object.fromEntries(gateways.flatMap(({ listeners }) => listeners.map((it) => [it.name, `${it.accepted.ok}/${it.accepted.reason}`])));
}

test('TLSRouteListenerTerminateNotSupported: mode Terminate is refused', () => {
  assert.deepEqual(accepted('TLSRouteListenerTerminateNotSupported', 'TLSRouteModeTerminate', 'TLSRouteModeMixed'), { 'tls-terminate': 'false/UnsupportedValue' });
  assert.deepEqual(accepted('TLSRouteListenerTerminateNotSupported'), { 'tls-terminate': 'true/Accepted' });
});

test('TLSRouteListenerMixedTerminationNotSupported: two modes on one port conflict', () => {
  assert.deepEqual(accepted('TLSRouteListenerMixedTerminationNotSupported', 'TLSRouteModeMixed'), { 'tls-terminate': 'false/ProtocolConflict', 'tls-passthrough': 'false/ProtocolConflict' });
  assert.deepEqual(accepted('TLSRouteListenerMixedTerminationNotSupported'), { 'tls-terminate': 'true/Accepted', 'tls-passthrough': 'true/Accepted' });
});
