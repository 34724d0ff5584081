import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ir } from '../ir/index.ts';
import { answerQuery, queryOf } from './explain-live.ts';
import { readQuestion } from './explain-question.ts';

const nothing: Ir = { sockets: {}, listeners: {}, routes: {}, backends: {}, certificates: {} } as unknown as Ir;

test('a query with a name that no question has is refused', () => {
  const answer = answerQuery('method=GET&url=https://shop.example.com/&serverName=shop.example.com', { ir: nothing });
  assert.ok('problem' in answer);
  assert.equal(answer.problem, 'a question has no serverName; it has method, url, header, server-name, gateway, client-cert, object, namespace');
});

test('every name that the command line asks with is known', () => {
  const question = readQuestion({ method: 'GET', url: 'https://shop.example.com/', headers: [{ name: 'a', value: 'b' }], serverName: 'x.example', gateway: 'a/b', clientCertificate: 'PEM' });
  for (const query of [queryOf(question), queryOf({ kind: 'object', name: 'gateway/web', namespace: 'shop' })]) assert.doesNotMatch(JSON.stringify(answerQuery(query, { ir: nothing })), /a question has no/);
});
