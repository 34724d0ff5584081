import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Action, Retry } from '../../ir/index.ts';
import { answering, endpoint, eventually, forwardTo, rawBackend, serve, type RawBackend, type Wire } from '../testing/rig.test.ts';

const limit = { timeout: 30_000 };
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const failure = (status: number, body = ''): string => `HTTP/1.1 ${status} No\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const get = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const withRetry = (retry: Retry, more: Partial<Action> = {}): Action => ({ ...forwardTo('main'), ...more, retry } as Action);

/** Answers the first requests as the script says, and all others with 200. */
async function failing(t: TestContext, script: readonly string[]): Promise<RawBackend & { requests: () => number }> {
  let requests = 0;
  const backend = await rawBackend(t, (wire) => { wire.socket.on('data', () => wire.send(script[requests++] ?? ok)); });
  return { ...backend, requests: () => requests };
}

test('a listed status is tried again until it succeeds', limit, async (t) => {
  const backend = await failing(t, [failure(503, 'no'), failure(503)]);
  const { ask, proxy } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: withRetry({ codes: [503], attempts: 2 }) }] });
  assert.match(await ask(get), /^HTTP\/1\.1 200 OK[^]*ok$/);
  assert.equal(backend.requests(), 3);
  assert.equal(proxy.stats().retries, 2);
  assert.equal(backend.wires.length, 1, 'an answer that is put aside leaves its connection in use');
});

test('the last answer is the backend\'s own', limit, async (t) => {
  const backend = await failing(t, [failure(503, 'one'), failure(503, 'two'), failure(503, 'three')]);
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: withRetry({ codes: [503], attempts: 2 }) }] });
  assert.match(await ask(get), /^HTTP\/1\.1 503 No\r\n[^]*three$/);
});

test('other statuses, and no attempts, are not tried again', limit, async (t) => {
  for (const retry of [{ codes: [500], attempts: 3 }, { codes: [503], attempts: 0 }, { codes: [], attempts: 3 }]) {
    const backend = await failing(t, [failure(503)]);
    const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: withRetry(retry) }] });
    assert.match(await ask(get), /^HTTP\/1\.1 503 /);
    assert.equal(backend.requests(), 1);
  }
});

test('an endpoint that refuses connections is avoided by all tries', limit, async (t) => {
  const gone = await rawBackend(t);
  gone.server.close();
  const backend = await rawBackend(t, answering(ok));
  const { ask } = await serve(t, {
    backends: { main: [endpoint(gone.port), endpoint(backend.port)] }, routes: [{ action: withRetry({ codes: [], attempts: 1 }) }],
  });
  for (let i = 0; i < 6; i++) assert.match(await ask(get), /^HTTP\/1\.1 200 OK/);
});

test('no attempts means that a failed connection is final', limit, async (t) => {
  const gone = await rawBackend(t);
  gone.server.close();
  const backend = await rawBackend(t, answering(ok));
  const { ask } = await serve(t, {
    backends: { main: [endpoint(gone.port), endpoint(backend.port)] }, routes: [{ action: withRetry({ codes: [], attempts: 0 }) }],
  });
  const answers = [await ask(get), await ask(get)].map((it) => it.slice(9, 12)).sort();
  assert.deepEqual(answers, ['200', '503']);
});

test('a body that came in pieces is sent again', limit, async (t) => {
  let heads = 0;
  const answer = (wire: Wire): void => { wire.socket.on('data', () => {
    if (wire.received.endsWith('beginend')) wire.send(++heads === 1 ? failure(503) : ok);
  }); };
  const backend = await rawBackend(t, answer);
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: withRetry({ codes: [503], attempts: 1 }) }] });
  const wire = connect();
  wire.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nbegin');
  await eventually(() => backend.wires[0]?.received.endsWith('begin') === true);
  wire.send('end');
  await wire.untilReceived('200 OK');
  assert.equal(heads, 2);
});

test('a backend that fails before the body is whole gets the rest in the next try', limit, async (t) => {
  const backend = await rawBackend(t, (wire) => {
    const isFirst = backend.wires.length === 1;
    wire.socket.on('data', () => {
      if (isFirst && wire.received.endsWith('begin')) wire.send(failure(503));
      else if (wire.received.endsWith('beginend')) wire.send(ok);
    });
  });
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: withRetry({ codes: [503], attempts: 1 }) }] });
  const wire = connect();
  wire.send('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\nbegin');
  await eventually(() => backend.wires.length === 2 && backend.wires[1]?.received.endsWith('begin') === true);
  wire.send('end');
  await wire.untilReceived('200 OK');
});

test('a body too large to keep is not sent twice', limit, async (t) => {
  const size = 200_000;
  const backend = await rawBackend(t, (wire) => { wire.socket.on('data', () => { if (wire.received.endsWith('end')) wire.send(failure(503)); }); });
  const { connect } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: withRetry({ codes: [503], attempts: 3 }) }] });
  const wire = connect();
  wire.send(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size - 3)}end`);
  await wire.untilReceived('503');
  assert.equal(backend.wires.length, 1);
});

test('the time of a request spans all tries', limit, async (t) => {
  const backend = await rawBackend(t, answering(failure(503)));
  const { ask, proxy } = await serve(t, {
    backends: { main: [endpoint(backend.port)] },
    routes: [{ action: withRetry({ codes: [503], attempts: 1000, backoffMs: 40 }, { requestTimeoutMs: 300 } as Partial<Action>) }],
  });
  assert.match(await ask(get), /^HTTP\/1\.1 504 /);
  assert.ok(proxy.stats().retries >= 1);
});

test('a try that runs out of its own time is followed by another', limit, async (t) => {
  let requests = 0;
  const backend = await rawBackend(t, (wire) => { wire.socket.on('data', () => { if (++requests > 1) wire.send(ok); }); });
  const { ask } = await serve(t, {
    backends: { main: [endpoint(backend.port)] },
    routes: [{ action: withRetry({ codes: [], attempts: 1 }, { backendTimeoutMs: 100 } as Partial<Action>) }],
  });
  assert.match(await ask(get), /^HTTP\/1\.1 200 OK/);
  assert.equal(requests, 2);
});

test('without attempts left the time of a try is final', limit, async (t) => {
  const backend = await rawBackend(t);
  const { ask } = await serve(t, {
    backends: { main: [endpoint(backend.port)] },
    routes: [{ action: withRetry({ codes: [504], attempts: 1 }, { backendTimeoutMs: 60 } as Partial<Action>) }],
  });
  assert.match(await ask(get), /^HTTP\/1\.1 504 /);
  assert.equal(backend.wires.length, 2);
});

test('a client that leaves between two tries ends them', limit, async (t) => {
  const backend = await failing(t, [failure(503)]);
  const { connect, proxy } = await serve(t, {
    backends: { main: [endpoint(backend.port)] }, routes: [{ action: withRetry({ codes: [503], attempts: 3, backoffMs: 60_000 }) }],
    settings: { timeouts: { halfCloseMs: 40 } },
  });
  const wire = connect();
  wire.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => proxy.stats().retries === 1);
  wire.socket.destroy();
  await eventually(() => proxy.stats().activeRequests === 0);
  assert.equal(backend.requests(), 1);
});
