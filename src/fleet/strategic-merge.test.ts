import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strategicMerge } from './strategic-merge.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What the API server makes of these (apimachinery, strategicpatch). */
const cases: readonly (readonly [what: string, object: Fields, patch: Fields, result: Fields])[] = [
  ['maps are merged, values replaced', { a: { b: 1, c: 2 }, d: 1 }, { a: { b: 3 }, d: 2 }, { a: { b: 3, c: 2 }, d: 2 }],
  ['null removes', { a: { b: 1, c: 2 } }, { a: { b: null }, d: null }, { a: { c: 2 } }],
  ['null is nothing in what is new', {}, { a: { b: null, c: 1 } }, { a: { c: 1 } }],
  ['a map replaces a map', { a: { b: 1 } }, { a: { $patch: 'replace', c: 1 } }, { a: { c: 1 } }],
  ['lists without a key are replaced', { args: ['a', 'b'], tolerations: [{ key: 'a' }] }, { args: ['c'], tolerations: [{ key: 'b' }] }, { args: ['c'], tolerations: [{ key: 'b' }] }],
  ['lists with a key are merged by it', { containers: [{ name: 'a', image: '1', env: [{ name: 'X', value: '1' }] }, { name: 'b' }] },
    { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }, { name: 'c' }] },
    { containers: [{ name: 'a', image: '1', env: [{ name: 'X', value: '1' }, { name: 'Y', value: '2' }] }, { name: 'b' }, { name: 'c' }] }],
  ['an item is deleted by its key', { volumes: [{ name: 'a' }, { name: 'b' }] }, { volumes: [{ name: 'a', $patch: 'delete' }, { name: 'z', $patch: 'delete' }] }, { volumes: [{ name: 'b' }] }],
  ['an item is replaced by its key', { volumes: [{ name: 'a', emptyDir: {} }] }, { volumes: [{ name: 'a', $patch: 'replace', hostPath: {} }] }, { volumes: [{ name: 'a', hostPath: {} }] }],
  ['a list is replaced', { volumes: [{ name: 'a' }] }, { volumes: [{ $patch: 'replace' }, { name: 'b' }] }, { volumes: [{ name: 'b' }] }],
  ['keys that are not named go', { volumes: [{ name: 'a', emptyDir: {} }] }, { volumes: [{ name: 'a', $retainKeys: ['name', 'hostPath'], hostPath: {} }] }, { volumes: [{ name: 'a', hostPath: {} }] }],
  ['ports of a Service have another key than those of a container', { ports: [{ port: 80, name: 'a' }], x: { ports: [{ containerPort: 80, name: 'a' }] } },
    { ports: [{ port: 80, name: 'b' }, { port: 81 }], x: { ports: [{ containerPort: 80, name: 'b' }] } },
    { ports: [{ port: 80, name: 'b' }, { port: 81 }], x: { ports: [{ containerPort: 80, name: 'b' }] } }],
  ['two transports of one port are two', { ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP' }] }, { ports: [{ port: 53, protocol: 'UDP', nodePort: 30053 }] },
    { ports: [{ port: 53, protocol: 'TCP' }, { port: 53, protocol: 'UDP', nodePort: 30053 }] }],
  ['plain values are added to and dropped', { metadata: { finalizers: ['a', 'b'] } }, { metadata: { finalizers: ['c', 'a'], '$deleteFromPrimitiveList/finalizers': ['b'] } }, { metadata: { finalizers: ['a', 'c'] } }],
  ['the order of what has a key is not kept', { containers: [{ name: 'a' }] }, { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'b' }] }, { containers: [{ name: 'a' }, { name: 'b' }] }],
];

for (const [what, object, patch, result] of cases) {
  test(what, () => {
    const before = structuredClone(object);
    assert.deepEqual(strategicMerge(object, patch), result);
    assert.deepEqual(object, before, 'the object is left as it was');
  });
}
