import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalUri } from './uri.ts';

test('a path is decoded, its slashes merged, its dot segments resolved', () => {
  for (const [target, uri] of [['/a//b', '/a/b'], ['//', '/'], ['/a/./b', '/a/b'], ['/a/../b', '/b'], ['/a/..', '/'], ['/a/.', '/a/'], ['/%61%2Fb', '/a/b'], ['/a/?x=/../y', '/a/']] as const) assert.equal(normalUri(target)?.uri, uri, target);
  assert.equal(normalUri('/a/?x=/../y')?.args, '?x=/../y');
  for (const target of ['/..', '/%zz', '/%00', 'a', '/a/../../b']) assert.equal(normalUri(target), undefined, target);
});
