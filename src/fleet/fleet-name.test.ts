import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fleetName, labelValue } from './fleet-name.ts';

test('a name is that of the Gateway and of its class where a Service may be called so', () => {
  assert.equal(fleetName('web', 'postern'), 'web-postern');
  assert.equal(fleetName('a'.repeat(55), 'postern').length, 63);
});

test('a name that cannot be one is cut and hashed, and differs from all near it', () => {
  const names = ['a'.repeat(56), `${'a'.repeat(60)}b`, `${'a'.repeat(60)}c`, 'a.b', 'a-b', '2a', 'g2a', 'g-2a'].map((it) => fleetName(it, 'postern'));
  assert.equal(new Set(names).size, names.length, names.join(' '));
});

/** RFC 1123 subdomains, as Gateways and classes may be called. */
const label = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
const subdomain = fc.array(label, { minLength: 1, maxLength: 10 }).map((it) => it.join('.').slice(0, 253).replace(/[-.]+$/, ''));

test('every name is a label of RFC 1035, and every value one of a label, however long the Gateway\'s name is', () => {
  fc.assert(fc.property(subdomain, subdomain, (gateway, className) => {
    assert.match(fleetName(gateway, className), /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
    assert.match(labelValue(gateway), /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/);
    if (gateway.length <= 63) assert.equal(labelValue(gateway), gateway);
  }), { numRuns: 500 });
});
