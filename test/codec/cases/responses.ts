/** What backends send, right and wrong. The client asks for one response with `Connection: close`. */

export interface ResponseCase {
  readonly family: string;
  readonly name: string;
  readonly raw: string;
  /** What the backend does behind the bytes: nothing, close in good order, or reset. */
  readonly then: 'keep' | 'end' | 'reset';
  /** Bytes that come when the client has its answer. */
  readonly late?: string;
  /** What the client asks; default a GET of HTTP/1.1. */
  readonly ask?: string;
  /** `broken`: 502 or a cut connection, and the backend's connection is closed. */
  readonly expect: 'broken' | Right;
}

export interface Right {
  readonly status: number;
  readonly body: string;
  /** The connection carries the next request; otherwise it is closed. */
  readonly reuse: boolean;
  readonly lacks?: readonly string[];
  readonly trailers?: Readonly<Record<string, string>>;
}

type CaseOf = Omit<ResponseCase, 'family'>;

function family(name: string, cases: readonly CaseOf[]): ResponseCase[] {
  return cases.map((entry) => ({ family: name, ...entry }));
}

type Options = Partial<Pick<ResponseCase, 'then' | 'ask' | 'late'>>;

function broken(name: string, raw: string, options: Options = {}): CaseOf {
  return { name, raw, then: 'keep', ...options, expect: 'broken' };
}

function right(name: string, raw: string, expect: Partial<Right> & Options = {}): CaseOf {
  const { then = 'keep', ask, late, ...rest } = expect;
  return {
    name, raw, then, ...ask === undefined ? {} : { ask }, ...late === undefined ? {} : { late },
    expect: { status: 200, body: 'hello', reuse: true, ...rest },
  };
}

function ok(lines: readonly string[], body = 'hello', status = '200 OK'): string {
  return `${[`HTTP/1.1 ${status}`, ...lines].join('\r\n')}\r\n\r\n${body}`;
}

const length = 'Content-Length: 5';
const chunked = 'Transfer-Encoding: chunked';
const last = '0\r\n\r\n';
const oneChunk = `5\r\nhello\r\n${last}`;
const second = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON';
const headRequest = 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const oldRequest = 'GET / HTTP/1.0\r\nHost: a\r\n\r\n';
const upgradeRequest = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n';

export const responseCases: readonly ResponseCase[] = [
  ...family('lengths', [
    broken('two that differ', ok([length, 'Content-Length: 6'])),
    broken('two that are equal', ok([length, length])),
    broken('a list', ok(['Content-Length: 5, 5'])),
    broken('none', ok(['Content-Length:'])),
    broken('plus', ok(['Content-Length: +5'])),
    broken('minus', ok(['Content-Length: -5'])),
    broken('hexadecimal', ok(['Content-Length: 0x5'])),
    broken('letters behind', ok(['Content-Length: 5b'])),
    broken('2^64 + 5', ok(['Content-Length: 18446744073709551621'])),
    broken('length and coding', ok([length, chunked], oneChunk)),
    broken('coding and length', ok([chunked, length], oneChunk)),
    broken('length and coding for HEAD', ok([length, chunked], ''), { ask: headRequest }),
    broken('two lengths for HEAD', ok([length, 'Content-Length: 6'], ''), { ask: headRequest }),
    broken('two lengths with 304', ok([length, 'Content-Length: 6'], '', '304 Not Modified')),
    broken('two lengths with 204', ok([length, 'Content-Length: 6'], '', '204 No Content')),
    broken('two codings', ok([chunked, chunked], oneChunk)),
    broken('identity', ok(['Transfer-Encoding: identity'])),
    broken('gzip', ok(['Transfer-Encoding: gzip'])),
    broken('gzip, chunked', ok(['Transfer-Encoding: gzip, chunked'], oneChunk)),
    broken('chunked, identity', ok(['Transfer-Encoding: chunked, identity'], oneChunk)),
    broken('an empty coding', ok(['Transfer-Encoding:'], oneChunk)),
    broken('a coding in HTTP/1.0', `HTTP/1.0 200 OK\r\n${chunked}\r\n\r\n${oneChunk}`),
    right('a length', ok([length])),
    right('zero', ok(['Content-Length: 0'], ''), { body: '' }),
    right('chunks', ok([chunked], oneChunk)),
    right('chunks with trailers', ok([chunked], '5\r\nhello\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n'), { trailers: { 'x-sum': '1' } }),
    right('chunks for HTTP/1.0', ok([chunked], oneChunk), { ask: oldRequest, lacks: ['transfer-encoding'] }),
    right('up to the close', ok([]), { then: 'end', reuse: false }),
    right('up to the close for HTTP/1.0', ok([]), { then: 'end', reuse: false, ask: oldRequest }),
    right('HTTP/1.0 up to the close', 'HTTP/1.0 200 OK\r\n\r\nhello', { then: 'end', reuse: false }),
    right('HTTP/1.0 with a length', `HTTP/1.0 200 OK\r\n${length}\r\n\r\nhello`, { reuse: false }),
    right('HTTP/1.0 with keep-alive', `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${length}\r\n\r\nhello`, { reuse: false, lacks: ['keep-alive'] }),
    right('close', ok([length, 'Connection: close']), { reuse: false }),
    right('HEAD with a length', ok([length], ''), { ask: headRequest, body: '' }),
    right('HEAD with a coding', ok([chunked], ''), { ask: headRequest, body: '', lacks: ['transfer-encoding'] }),
    right('304 with a length', ok([length], '', '304 Not Modified'), { status: 304, body: '' }),
    right('204', ok([], '', '204 No Content'), { status: 204, body: '' }),
    right('204 with a length', ok([length], '', '204 No Content'), { status: 204, body: '', lacks: ['content-length'] }),
    right('204 with a coding', ok([chunked], '', '204 No Content'), { status: 204, body: '', lacks: ['transfer-encoding'] }),
    right('Connection cannot take the length away', ok([length, 'Connection: content-length']), { lacks: ['connection'] }),
    right('Connection cannot take the coding away', ok([chunked, 'Connection: transfer-encoding'], oneChunk)),
    right('Connection takes a field away', ok([length, 'Connection: x-a', 'X-A: 1']), { lacks: ['x-a', 'connection'] }),
  ]),
  ...family('bodies that are not whole', [
    broken('short, closed', ok(['Content-Length: 50']), { then: 'end' }),
    broken('short, reset', ok(['Content-Length: 50']), { then: 'reset' }),
    broken('no byte of it', ok(['Content-Length: 50'], ''), { then: 'end' }),
    broken('short for HTTP/1.0', ok(['Content-Length: 50']), { then: 'end', ask: oldRequest }),
    broken('no last chunk', ok([chunked], '5\r\nhello\r\n'), { then: 'end' }),
    broken('no last chunk, reset', ok([chunked], '5\r\nhello\r\n'), { then: 'reset' }),
    broken('no last chunk, for HTTP/1.0', ok([chunked], '5\r\nhello\r\n'), { then: 'end', ask: oldRequest }),
    broken('half a chunk', ok([chunked], '5\r\nhel'), { then: 'end' }),
    broken('no end of the trailers', ok([chunked], '5\r\nhello\r\n0\r\n'), { then: 'end' }),
    broken('half a trailer', ok([chunked], '5\r\nhello\r\n0\r\nX-Sum: 1'), { then: 'end' }),
    broken('reset before the close', ok([]), { then: 'reset' }),
    broken('reset before the close, for HTTP/1.0', ok([]), { then: 'reset', ask: oldRequest }),
    broken('nothing', '', { then: 'end' }),
    broken('nothing, reset', '', { then: 'reset' }),
    broken('half a status line', 'HTTP/1.1 20', { then: 'end' }),
    broken('half a head', 'HTTP/1.1 200 OK\r\nContent-Le', { then: 'end' }),
    broken('an interim response alone', ok([], '', '100 Continue'), { then: 'end' }),
  ]),
  ...family('bytes behind the response', [
    right('a second response', `${ok([length])}${second}`, { reuse: false }),
    right('one byte', ok([length], 'helloX'), { reuse: false }),
    right('an empty line', ok([length], 'hello\r\n'), { reuse: false }),
    right('a second response behind chunks', `${ok([chunked], oneChunk)}${second}`, { reuse: false }),
    right('a body for HEAD', ok([length]), { ask: headRequest, body: '', reuse: false }),
    right('chunks for HEAD', ok([chunked], oneChunk), { ask: headRequest, body: '', reuse: false }),
    right('a body with 304', ok([length], 'hello', '304 Not Modified'), { status: 304, body: '', reuse: false }),
    right('a body with 204', ok([], 'hello', '204 No Content'), { status: 204, body: '', reuse: false }),
    right('a second response with a length of 0', `${ok(['Content-Length: 0'], '')}${second}`, { body: '', reuse: false }),
    right('a second response, late', ok([length]), { late: second, reuse: false }),
    right('one byte, late', ok([length]), { late: 'X', reuse: false }),
    right('an interim response, late', ok([length]), { late: 'HTTP/1.1 100 Continue\r\n\r\n', reuse: false }),
    right('the body of HEAD, late', ok([length], ''), { ask: headRequest, body: '', late: 'hello', reuse: false }),
  ]),
  ...family('chunks', [
    ...[
      ['no size', '\r\nhello\r\n'], ['not hexadecimal', 'g\r\nhello\r\n'], ['0x', '0x5\r\nhello\r\n'], ['plus', '+5\r\nhello\r\n'],
      ['minus', '-5\r\nhello\r\n'], ['blank in front', ' 5\r\nhello\r\n'], ['blank behind', '5 \r\nhello\r\n'], ['2^64 + 5', '10000000000000005\r\nhello\r\n'],
      ['LF behind the size', '5\nhello\r\n'], ['CR behind the size', '5\rhello\r\n'], ['LF behind the chunk', '5\r\nhello\n'],
      ['smaller than the chunk', '4\r\nhello\r\n'], ['greater than the chunk', '6\r\nhello\r\n'], ['LF in an extension', '5;a\nb\r\nhello\r\n'],
      ['an extension without name', '5;\r\nhello\r\n'],
    ].map(([name, chunk]) => broken(name as string, ok([chunked], `${chunk}${last}`), { then: 'end' })),
    broken('behind a good one', ok([chunked], `5\r\nhello\r\n5\nhello\r\n${last}`)),
    broken('behind a good one, for HTTP/1.0', ok([chunked], `5\r\nhello\r\n5\nhello\r\n${last}`), { ask: oldRequest }),
    broken('LF LF at the end', ok([chunked], '5\r\nhello\r\n0\n\n')),
    broken('obs-fold in a trailer', ok([chunked], '5\r\nhello\r\n0\r\nX: 1\r\n 2\r\n\r\n')),
    broken('blank before the colon of a trailer', ok([chunked], '5\r\nhello\r\n0\r\nX : 1\r\n\r\n')),
    broken('NUL in a trailer', ok([chunked], '5\r\nhello\r\n0\r\nX: \0\r\n\r\n')),
    broken('too many trailers', ok([chunked], `5\r\nhello\r\n0\r\n${'X: y\r\n'.repeat(300)}\r\n`)),
    broken('a trailer that is too large', ok([chunked], `5\r\nhello\r\n0\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`)),
    broken('not chunked', ok([chunked])),
    right('an extension is taken out', ok([chunked], `5;a=b\r\nhello\r\n${last}`)),
  ]),
  ...family('heads', [
    broken('LF everywhere', 'HTTP/1.1 200 OK\nContent-Length: 5\n\nhello'),
    broken('LF behind a field', 'HTTP/1.1 200 OK\r\nContent-Length: 5\nX: y\r\n\r\nhello'),
    broken('LF behind the status line', 'HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nhello'),
    broken('LF at the end', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\nhello'),
    broken('CR inside', ok(['X: y\rSet-Cookie: a=b', length])),
    broken('obs-fold', ok(['X: y', ' z', length])),
    broken('obs-fold of a length', ok(['Content-Length:', ' 5'])),
    broken('blank before the colon', ok(['Content-Length : 5'])),
    broken('blank in front of the first field', ok([' X: y', length])),
    broken('NUL in a value', ok(['X: \0', length])),
    broken('a control in a value', ok(['X: \x01', length])),
    broken('no colon', ok(['X', length])),
    broken('no name', ok([': y', length])),
    broken('a name that is not ASCII', ok(['X\xe9: y', length])),
    broken('too many fields', ok([...Array.from({ length: 300 }, (_, i) => `X-${i}: y`), length])),
    broken('too large', ok([`X: ${'y'.repeat(100_000)}`, length])),
    broken('a head without end', `HTTP/1.1 200 OK\r\n${'X: y\r\n'.repeat(20_000)}`),
    broken('a Connection that is no list', ok(['Connection: a b', length])),
    right('obs-text', ok(['X: \xe9', length])),
    right('no reason', `HTTP/1.1 200\r\n${length}\r\n\r\nhello`),
    right('an empty reason', `HTTP/1.1 200 \r\n${length}\r\n\r\nhello`),
  ]),
  ...family('status lines', [
    ...[
      ' HTTP/1.1 200 OK', '\r\nHTTP/1.1 200 OK', 'http/1.1 200 OK', 'HTTP/1.1  200 OK', 'HTTP/1.1\t200 OK', 'HTTP/1.1 20 OK', 'HTTP/1.1 2000 OK',
      'HTTP/1.1 2x0 OK', 'HTTP/1.1 -20 OK', 'HTTP/1.1 099 OK', 'HTTP/1.1 000 OK', 'HTTP/1.1 200OK', 'HTTP/1.1 200\tOK', 'HTTP/1.1 200 O\0K', 'HTTP/1.1 200 O\rK', 'HTTP/1.1',
      'HTTP/1.1 ', 'HTTP/2.0 200 OK', 'HTTP/2 200 OK', 'HTTP/1.2 200 OK', 'HTTP/0.9 200 OK', 'HTTP/1.10 200 OK', 'ICY 200 OK', '200 OK', 'GET / HTTP/1.1', 'hello',
      'SSH-2.0-x', '\x15\x03\x01\0\x02\x02',
    ].map((line) => broken(JSON.stringify(line), `${line}\r\n${length}\r\n\r\nhello`)),
    broken('HTTP/0.9', 'hello', { then: 'end' }),
  ]),
  ...family('interim responses', [
    right('one', `${ok([], '', '103 Early Hints')}${ok([length])}`),
    right('a length in one does not count', `${ok(['Content-Length: 70'], '', '103 Early Hints')}${ok([length])}`),
    right('a coding in one does not count', `${ok([chunked], '', '103 Early Hints')}${ok([length])}`),
    right('not for HTTP/1.0', `${ok([], '', '103 Early Hints')}${ok([length])}`, { ask: oldRequest }),
    broken('a flood', `${ok([], '', '100 Continue').repeat(500)}${ok([length])}`),
    broken('a flood of many bytes', `${ok([`X: ${'y'.repeat(2000)}`], '', '103 Early Hints').repeat(300)}${ok([length])}`),
    broken('a broken head behind one', `${ok([], '', '100 Continue')}HTTP/1.1 200 OK\nX: y\r\n\r\n`),
    broken('101 that nobody asked for', ok(['Connection: upgrade', 'Upgrade: websocket'], 'x', '101 Switching Protocols')),
    broken('101 without Upgrade', ok(['Connection: upgrade'], 'x', '101 Switching Protocols'), { ask: upgradeRequest }),
    broken('101 without Connection', ok(['Upgrade: websocket'], 'x', '101 Switching Protocols'), { ask: upgradeRequest }),
    broken('101 to another protocol', ok(['Connection: upgrade', 'Upgrade: h2c'], 'x', '101 Switching Protocols'), { ask: upgradeRequest }),
    broken('101 to two protocols', ok(['Connection: upgrade', 'Upgrade: websocket, h2c'], 'x', '101 Switching Protocols'), { ask: upgradeRequest }),
    right('an upgrade that is declined', ok([length]), { ask: upgradeRequest, reuse: false }),
    right('a request for an upgrade', ok([length, 'Connection: upgrade', 'Upgrade: x'], 'hello', '426 Upgrade Required'), { status: 426 }),
  ]),
];
