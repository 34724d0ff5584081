import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cookieValues, setCookieLine } from './cookie.ts';

const cases: readonly (readonly [field: string, name: string, values: readonly string[]])[] = [
  ['a=1', 'a', ['1']],
  ['a=1; b=2; c=3', 'b', ['2']],
  ['b=2;a=1', 'a', ['1']],
  ['a=1; a=2', 'a', ['1', '2']],
  ['ba=1; a=2', 'a', ['2']],
  ['x="; a=1"; a=2', 'a', ['1"', '2']],
  ['a="quoted"', 'a', ['quoted']],
  ['a=', 'a', ['']],
  ['a', 'a', []],
  ['A=1', 'a', []],
  ['a =1', 'a', []],
  ['x=a=1', 'a', []],
  ['a=b=c; d', 'a', ['b=c']],
  ['a=1;\ta=2 ', 'a', ['1', '2']],
  ['', 'a', []],
];

for (const [field, name, values] of cases) {
  test(`cookie ${name} in ${JSON.stringify(field)}`, () => {
    assert.deepEqual(cookieValues(field, name), values);
  });
}

test('as a plain reader of RFC 6265 would read it', () => {
  const piece = fc.stringMatching(/^[ab=; \t"-]{0,30}$/);
  fc.assert(fc.property(piece, fc.constantFrom('a', 'b', 'ab', 'a-'), (field, name) => {
    const plain = field.split(';').flatMap((pair) => {
      const equals = pair.indexOf('=');
      return equals >= 0 && pair.slice(0, equals).replace(/^[ \t]+/, '') === name ? [pair.slice(equals + 1).trim()] : [];
    }).map((value) => (value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value));
    assert.deepEqual(cookieValues(field, name), plain);
  }));
});

test('Secure only over TLS, Max-Age only where the cookie stays', () => {
  assert.equal(setCookieLine('s', 'v', { path: '/', maxAge: undefined, isSecure: false }), 'set-cookie: s=v; Path=/; HttpOnly; SameSite=Strict\r\n');
  assert.equal(setCookieLine('s', 'v', { path: '/app', maxAge: 300, isSecure: true }), 'set-cookie: s=v; Path=/app; Max-Age=300; HttpOnly; SameSite=Strict; Secure\r\n');
});
