import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Persistence } from '../../ir/index.ts';
import { compileSessions, Session, type SessionRequest, type Sessions } from './sessions.ts';
import { endpointToken, mostSessions } from './token.ts';

const key = 'a key of sixteen';
const cookie: Persistence = { kind: 'cookie', name: 's', path: '/' };
const a = endpointToken('a', key);
const b = endpointToken('b', key);

function sessionsOf(persistence: Persistence, backend = 'service/default/web/80'): Sessions {
  const sessions = compileSessions(persistence, backend);
  assert.ok(sessions);
  return sessions;
}

function requestWith(fields: Readonly<Record<string, string>>, now = 0): SessionRequest {
  return { fields: (name) => (fields[name] === undefined ? [] : [fields[name]]), isSecure: false, key, now };
}

/** The session of a request with the cookie or field that the edit before gave its client. */
function next(sessions: Sessions, lines: string, now = 0): Session {
  const [, value = ''] = /^(?:set-cookie: )?s[=:] ?([^;\r]*)/.exec(lines) ?? [];
  return new Session(sessions, requestWith({ cookie: `x=y; s=${value}`, s: value }, now));
}

test('a new client gets a cookie with its endpoint, and comes back without another one', () => {
  const sessions = sessionsOf(cookie);
  const first = new Session(sessions, requestWith({}));
  assert.equal(first.token, undefined);
  const { lines } = first.edit(a, undefined)!;
  const second = next(sessions, lines);
  assert.equal(second.token, a);
  assert.equal(second.edit(a, undefined), undefined);
  assert.notEqual(second.edit(b, undefined), undefined);
});

test('where no endpoint answered nobody gets a session', () => {
  assert.equal(new Session(sessionsOf(cookie), requestWith({})).edit(undefined, undefined), undefined);
});

test('what the route changes is kept', () => {
  const edit = new Session(sessionsOf(cookie), requestWith({})).edit(a, { names: ['x'], lines: 'y: z\r\n' })!;
  assert.deepEqual(edit.names, ['x']);
  assert.match(edit.lines, /^y: z\r\nset-cookie: s=/);
});

test('a session ends when its time is over, also where the client keeps the cookie', () => {
  const sessions = sessionsOf({ ...cookie, timeoutMs: 60_000 });
  const { lines } = new Session(sessions, requestWith({}, 1_000_000)).edit(a, undefined)!;
  assert.equal(next(sessions, lines, 1_059_000).token, a);
  assert.equal(next(sessions, lines, 1_061_000).token, undefined);
});

test('a token without an end counts no more when sessions have got one', () => {
  const { lines } = new Session(sessionsOf(cookie), requestWith({})).edit(a, undefined)!;
  assert.equal(next(sessionsOf({ ...cookie, timeoutMs: 60_000 }), lines).token, undefined);
});

test('a permanent cookie has the time of the session as its age', () => {
  const { lines } = new Session(sessionsOf({ ...cookie, timeoutMs: 90_500, isPermanent: true }), requestWith({})).edit(a, undefined)!;
  assert.match(lines, /; Max-Age=91;/);
});

test('sessions with several backends under one name go on beside each other', () => {
  const one = sessionsOf(cookie, 'one');
  const two = sessionsOf(cookie, 'two');
  const { lines } = new Session(one, requestWith({})).edit(a, undefined)!;
  const both = next(two, lines).edit(b, undefined)!.lines;
  assert.equal(next(one, both).token, a);
  assert.equal(next(two, both).token, b);
});

test('however many backends a name has, the value stays bounded, and the oldest makes room', () => {
  let lines = '';
  for (let i = 0; i < 30; i++) ({ lines } = next(sessionsOf({ ...cookie, timeoutMs: 1000 }, `backend ${i}`), lines).edit(a, undefined)!);
  assert.equal(lines.split('.').length, mostSessions);
  assert.equal(next(sessionsOf({ ...cookie, timeoutMs: 1000 }, 'backend 29'), lines).token, a);
  assert.equal(next(sessionsOf({ ...cookie, timeoutMs: 1000 }, 'backend 0'), lines).token, undefined);
});

test('in a header the token comes once, and the backend cannot write it', () => {
  const sessions = sessionsOf({ kind: 'header', name: 's' });
  const { names, lines } = new Session(sessions, requestWith({})).edit(a, undefined)!;
  assert.deepEqual(names, ['s']);
  const second = next(sessions, lines);
  assert.equal(second.token, a);
  assert.deepEqual(second.edit(a, undefined), { names: ['s'], lines: '' });
});

test('a name or path that would break a line persists nothing', () => {
  assert.equal(compileSessions({ kind: 'cookie', name: 'a;b' }, 'x'), undefined);
  assert.equal(compileSessions({ kind: 'header', name: 'a\r\nb' }, 'x'), undefined);
  assert.equal(compileSessions({ kind: 'cookie', name: 'a', path: '/; Domain=evil.example' }, 'x'), undefined);
});
