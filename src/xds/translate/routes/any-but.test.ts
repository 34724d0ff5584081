import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anyBut } from './any-but.ts';

test('everything matches but the words themselves', () => {
  const words = ['host', 'te', 'connection', 'content-length'];
  const expression = new RegExp(`^(?:${anyBut(words)})$`);
  for (const word of words) assert.equal(expression.test(word), false, word);
  for (const other of ['', 'h', 'hos', 'hosts', 'x-host', 't', 'tea', 'con', 'content', 'content-length2', 'content-type']) assert.equal(expression.test(other), true, other);
});
