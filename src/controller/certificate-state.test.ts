import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { selfSigned } from '../xds/index.ts';
import { authorityOf, renewed, secretData, stateIn, type CertificateState } from './certificate-state.ts';

const [hour, day] = [3_600_000, 86_400_000];
const names = ['postern.postern-system.svc'];
const settings = { names, lifetimeMs: 90 * day, overlapMs: day, make: (of: readonly string[], ms: number, now: Date) => selfSigned(of, ms / day, now) };
const begin = Date.parse('2026-11-21T12:00:00Z');

test('whatever certificate is shown was trusted for a day before, and is for a day after, over years', () => {
  let state: CertificateState | undefined;
  const shownAt = new Map<string, number[]>();
  const trustedAt = new Map<string, number[]>();
  for (let now = begin; now < begin + 500 * day; now += 6 * hour) {
    state = renewed(state, new Date(now), settings);
    const note = (into: Map<string, number[]>, pem: string): void => void into.set(pem, [...into.get(pem) ?? [], now]);
    note(shownAt, state.shown.certificate);
    for (const pem of authorityOf(state).match(/-----BEGIN[^-]*-----[^-]*-----END[^-]*-----\n/g) ?? []) note(trustedAt, pem);
    assert.ok(Date.parse(new X509Certificate(state.shown.certificate).validTo) > now + 25 * day, 'a controller that is away for weeks loses nothing');
  }
  assert.ok(shownAt.size > 6, 'it is renewed again and again');
  const all = [...shownAt];
  for (const [at, [pem, times]] of all.entries()) {
    const trusted = trustedAt.get(pem)!;
    if (at > 0) assert.ok(trusted[0]! <= times[0]! - day);
    if (at < all.length - 1) assert.ok(trusted.at(-1)! >= times.at(-1)! + day && trusted.at(-1)! <= times.at(-1)! + 2 * day);
  }
});

test('nothing changes where nothing is due', () => {
  const state = renewed(undefined, new Date(begin), settings);
  assert.equal(renewed(state, new Date(begin + 30 * day), settings), state);
});

test('one that ran out, or that has another name, gives way at once to the next or to a new one', () => {
  const state = renewed(undefined, new Date(begin), settings);
  const late = new Date(begin + 91 * day);
  const fresh = renewed(state, late, settings);
  assert.notEqual(fresh.shown.certificate, state.shown.certificate);
  assert.equal(fresh.previous, state.shown.certificate);
  const withNext = renewed(state, new Date(begin + 61 * day), settings);
  assert.equal(renewed(withNext, late, settings).shown, withNext.next);
  const renamed = renewed(state, new Date(begin + day), { ...settings, names: ['other.example', '10.0.0.1'] });
  assert.equal(new X509Certificate(renamed.shown.certificate).checkIP('10.0.0.1'), '10.0.0.1');
});

test('a Secret gives back what was put into it, and nothing where it is broken', () => {
  const first = renewed(undefined, new Date(begin), settings);
  const second = renewed(first, new Date(begin + 61 * day), settings);
  const third = renewed(second, new Date(begin + 62 * day), settings);
  for (const state of [first, second, third]) assert.deepEqual(stateIn(secretData(state)), state);
  assert.equal(stateIn({}), undefined);
  assert.equal(stateIn({ ...secretData(first), 'tls.crt': 'nonsense' }), undefined);
  assert.equal(stateIn({ ...secretData(first), since: 'some day' }), undefined);
});
