import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolvePlainScalar } from './plain-scalar.ts';

// Taken from sigs.k8s.io/yaml v1.6.0, which kubectl and the API server read YAML with.
const readings: readonly (readonly [string, string | number | boolean | null])[] = [
  ['yes', true], ['no', false], ['on', true], ['Off', false], ['y', true], ['n', false], ['Y', true], ['NO', false], ['True', true],
  ['tRue', 'tRue'], ['yEs', 'yEs'], ['~', null], ['null', null], ['NULL', null], ['', null], ['nULL', 'nULL'],
  ['0777', 511], ['0o777', 511], ['0O17', 15], ['0x1F', 31], ['0b101', 5], ['-0b101', -5], ['-017', -15], ['089', 89], ['08', 8], ['0_8', 8],
  ['1_000', 1000], ['1__0', 10], ['1_', 1], ['_1', '_1'], ['1_000.5', 1000.5], ['+5', 5], ['-0', 0], ['00', 0],
  ['1e3', 1000], ['1e+3', 1000], ['1E5', 100000], ['1.e+3', 1000], ['1e-3', 0.001], ['1.5', 1.5], ['.5', 0.5], ['5.', 5], ['-.5', -0.5], ['1.0', 1],
  ['1e400', '1e400'], ['Infinity', 'Infinity'], ['nan', 'nan'], ['0x', '0x'], ['0xG', '0xG'], ['=', '='], ['.', '.'], ['-', '-'], ['+', '+'],
  ['2001-01-01', '2001-01-01'], ['2001-12-14t21:59:43.10-05:00', '2001-12-14t21:59:43.10-05:00'], ['12:30:45', '12:30:45'], ['190:20:30', '190:20:30'],
  ['1.2.3', '1.2.3'], ['10.0.0.1', '10.0.0.1'], ['100m', '100m'], ['1Gi', '1Gi'], ['5s', '5s'], ['-x', '-x'],
  // Refused by kubectl; kept as strings here.
  ['.inf', '.inf'], ['-.Inf', '-.Inf'], ['.nan', '.nan'],
];

for (const [text, value] of readings) {
  test(`an unquoted ${JSON.stringify(text)} means ${JSON.stringify(value)}`, () => assert.strictEqual(resolvePlainScalar(text), value));
}
