import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckFailed } from '../check.ts';
import { expectPart } from './check-resource.ts';
import { table } from './check-listing.ts';

const service = { metadata: { labels: { team: 'echo' } }, spec: { selector: { app: 'x' }, empty: {}, ports: [{ port: 80, protocol: 'TCP' }, { port: 80, protocol: 'UDP' }] } };

const good: readonly object[] = [
  { metadata: { labels: { team: 'echo' } } }, { spec: { selector: 'non-empty' } }, { spec: { ports: 'set' } }, { spec: { ports: [{ port: 80, protocol: 'UDP' }] } }, {},
];
const bad: readonly object[] = [
  { metadata: { labels: { team: 'other' } } }, { metadata: { annotations: { a: 'b' } } }, { spec: { empty: 'non-empty' } }, { spec: { limits: 'set' } },
  { spec: { ports: [{ port: 443 }] } }, { spec: { ports: [{ port: 80, protocol: 'SCTP' }] } },
];

test('an object that holds what is expected passes', () => {
  for (const expected of good) expectPart('Service', service, expected);
});

for (const expected of bad) {
  test(`${JSON.stringify(expected)} fails`, () => {
    assert.throws(() => expectPart('Service', service, expected), CheckFailed);
  });
}

test('columns are read by their headings, also where a cell is empty', () => {
  const { columns, rows } = table('NAME   ADDRESS      PROGRAMMED   AGE\nweb    172.18.0.2   True         3s\nlost                Unknown      12m\n');
  assert.deepEqual(columns, ['NAME', 'ADDRESS', 'PROGRAMMED', 'AGE']);
  assert.deepEqual(rows, [
    { NAME: 'web', ADDRESS: '172.18.0.2', PROGRAMMED: 'True', AGE: '3s' }, { NAME: 'lost', ADDRESS: '', PROGRAMMED: 'Unknown', AGE: '12m' },
  ]);
});
