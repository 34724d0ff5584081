import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PeerCertificate } from 'node:tls';
import { alternativeNames, nameProblem } from './peer-names.ts';

const certificate = (subjectaltname: string, subject = {}): PeerCertificate => ({ subject, subjectaltname } as PeerCertificate);
const isFor = (list: string, kind: 'dns' | 'uri', value: string): boolean => nameProblem({ serverName: 'unused.test', names: [{ kind, value }] }, certificate(list)) === undefined;

test('the list of names is read with its quotes', () => {
  assert.deepEqual(alternativeNames('DNS:A.example.com, URI:spiffe://x/y, IP Address:10.0.0.1, URI:"a:b, DNS:evil.test", DNS:*.b.test'), [
    { kind: 'dns', value: 'a.example.com' }, { kind: 'uri', value: 'spiffe://x/y' }, { kind: 'uri', value: 'a:b, DNS:evil.test' }, { kind: 'dns', value: '*.b.test' },
  ]);
});

test('one of the names is enough, of the right kind', () => {
  const list = 'DNS:a.test, URI:spiffe://x/y';
  assert.ok(isFor(list, 'dns', 'a.test') && isFor(list, 'uri', 'spiffe://x/y'));
  assert.ok(!isFor(list, 'dns', 'spiffe://x/y') && !isFor(list, 'uri', 'a.test') && !isFor(list, 'dns', 'b.test'));
});

test('a wildcard of the certificate stands for one label, one of the settings for any', () => {
  assert.ok(isFor('DNS:*.a.test', 'dns', 'x.a.test'));
  assert.ok(!isFor('DNS:*.a.test', 'dns', 'x.y.a.test') && !isFor('DNS:*.a.test', 'dns', 'a.test'));
  assert.ok(isFor('DNS:x.y.a.test', 'dns', '*.a.test') && isFor('DNS:*.a.test', 'dns', '*.a.test'));
  assert.ok(!isFor('DNS:a.test', 'dns', '*.a.test') && !isFor('DNS:*.x.a.test', 'dns', '*.a.test'));
});

test('without names the server name counts', () => {
  const of = (serverName: string, list: string): string | undefined => nameProblem({ serverName, names: [] }, certificate(list));
  assert.equal(of('a.test', 'DNS:a.test'), undefined);
  assert.match(of('b.test', 'DNS:a.test') ?? '', /b\.test/);
});
