import assert from 'node:assert/strict';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { selfSigned } from './self-signed.ts';

test('a self-signed certificate is a server\'s, for its names, with its key', () => {
  const { certificate, key } = selfSigned(['postern.example', '10.0.0.1', `${'long-'.repeat(40)}name.example`], 365, new Date('2026-11-21T00:00:00Z'));
  const read = new X509Certificate(certificate);
  assert.ok(read.verify(read.publicKey));
  assert.ok(read.checkPrivateKey(createPrivateKey(key)));
  assert.ok(read.ca);
  assert.equal(read.checkHost('postern.example'), 'postern.example');
  assert.equal(read.checkIP('10.0.0.1'), '10.0.0.1');
  assert.equal(read.checkHost('other.example'), undefined);
  assert.equal(read.validFrom, 'Nov 20 23:00:00 2026 GMT');
  assert.equal(read.validTo, 'Nov 21 00:00:00 2027 GMT');
});

test('each has a name of its own, so that of several authorities the right one is found', () => {
  const [one, other] = [1, 2].map(() => new X509Certificate(selfSigned(['postern.example'], 1, new Date()).certificate).subject);
  assert.notEqual(one, other);
});
