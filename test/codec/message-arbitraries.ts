import * as fc from 'fast-check';

/** Bytes in which parsers differ. */
const sharp = ['\r', '\n', '\r\n', '\0', ' ', '\t', ':', ';', ',', '\v', '\x7f', '\x85', '\xa0', '0', '5', 'f', '/', '.', '..', '%2e', '?', '#', '*', '"', '\\', '-', '_', 'X', 'chunked', 'Content-Length: 3\r\n', 'Transfer-Encoding: chunked\r\n', 'Host: b\r\n', '0\r\n\r\n', '\r\n\r\n'];

type Mutation = { readonly at: number; readonly kind: 'insert' | 'replace' | 'remove' | 'repeat'; readonly size: number; readonly text: string };

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom('insert', 'replace', 'remove', 'repeat'),
  size: fc.integer({ min: 1, max: 12 }),
  text: fc.constantFrom(...sharp),
});

function mutate(text: string, { at, kind, size, text: put }: Mutation): string {
  const from = Math.floor(at * text.length);
  switch (kind) {
    case 'insert': return text.slice(0, from) + put + text.slice(from);
    case 'replace': return text.slice(0, from) + put + text.slice(from + put.length);
    case 'remove': return text.slice(0, from) + text.slice(from + size);
    case 'repeat': return text.slice(0, from + size) + text.slice(from);
  }
}

/** A text with at most three wounds. */
function wounded(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(text, fc.array(mutation, { maxLength: 3 })).map(([whole, mutations]) => mutations.reduce(mutate, whole));
}

/** A text in pieces, cut at up to four places. */
export function pieces(text: fc.Arbitrary<string>): fc.Arbitrary<string[]> {
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 });
  return fc.tuple(text, cuts).map(([whole, at]) => {
    const edges = [0, ...at.map((share) => Math.floor(share * whole.length)).sort((a, b) => a - b), whole.length];
    return edges.slice(1).map((edge, i) => whole.slice(edges[i], edge)).filter((piece, i) => piece !== '' || i === 0);
  });
}

const content = fc.oneof(fc.constantFrom('', 'hello', '0\r\n\r\n', 'GET /in HTTP/1.1\r\nHost: a\r\n\r\n', '\r\n'), fc.string({ unit: 'binary-ascii', maxLength: 40 }));

const trailers = fc.constantFrom('', '', 'X-Sum: 1\r\n', 'Content-Length: 3\r\n', 'X-Sum: 1\r\nHost: b\r\n');

/** A content in chunks of any size, with extensions now and then. */
const chunked = fc.tuple(content, fc.integer({ min: 1, max: 30 }), fc.constantFrom('', '', ';a', ';a=b', ';a="b"'), trailers).map(([text, size, extension, trailer]) => {
  let out = '';
  for (let at = 0; at < text.length; at += size) {
    const piece = text.slice(at, at + size);
    out += `${piece.length.toString(16)}${extension}\r\n${piece}\r\n`;
  }
  return { lines: ['Transfer-Encoding: chunked'], body: `${out}0\r\n${trailer}\r\n` };
});

const counted = content.map((body) => ({ lines: [`Content-Length: ${body.length}`], body }));
const bare = fc.constant({ lines: [] as string[], body: '' });
const framed = fc.oneof(bare, counted, chunked);

const fieldLine = fc.oneof(
  fc.constantFrom(
    'Connection: keep-alive', 'Connection: close', 'Connection: x-t', 'Connection: upgrade', 'Upgrade: websocket', 'Upgrade: h2c', 'TE: trailers',
    'Expect: 100-continue', 'Keep-Alive: timeout=5', 'X-Forwarded-For: 1.2.3.4', 'X-Request-Id: x', 'Cookie: a=b', 'Accept: */*', 'Content-Type: text/plain',
  ),
  fc.tuple(fc.constantFrom('X-T', 'x-t', 'X-U', 'X_T'), fc.constantFrom('', '1', 'a, b', ' \t1\t ', 'a:b', '\xe9', '"a;b"')).map(([name, value]) => `${name}: ${value}`),
);

const target = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('/', '/a', '/a/b?c=d', '/a/../b', '/a/%2e%2e/b/.', '//a', '/a%2Fb?x=/../y', '/?', '/a?b?c', '/.', '/a//../b') },
  { weight: 1, arbitrary: fc.constantFrom('http://b/x', 'http://b', 'http://b:81/a/../b?c', 'https://b/') },
);

const methods = fc.constantFrom('GET', 'GET', 'POST', 'POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH', 'MOVE');

const wholeRequest = fc.record({
  line: fc.tuple(methods, target, fc.constantFrom('1.1', '1.1', '1.1', '1.1', '1.0')).map(([method, at, version]) => `${method} ${at} HTTP/${version}`),
  fields: fc.array(fieldLine, { maxLength: 5 }),
  frame: framed,
  hostFirst: fc.boolean(),
}).map(({ line, fields, frame, hostFirst }) => {
  const lines = hostFirst ? ['Host: a', ...fields, ...frame.lines] : [...frame.lines, ...fields, 'Host: a:80'];
  return `${[line, ...lines].join('\r\n')}\r\n\r\n${frame.body}`;
});

/** One to three requests in a row, perhaps with wounds. */
export const requestTexts: fc.Arbitrary<string> = wounded(fc.array(wholeRequest, { minLength: 1, maxLength: 3 }).map((all) => all.join('')));

const interim = fc.constantFrom('', '', '', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n');

const responseField = fc.constantFrom(
  'Connection: close', 'Connection: keep-alive', 'Connection: x-t', 'Date: Thu, 01 Jan 1970 00:00:00 GMT', 'X-T: 1', 'x-t: a, b', 'X-U: \xe9', 'X-U:', 'Set-Cookie: a=b',
  'Keep-Alive: timeout=9', 'Server: x', 'Content-Type: text/plain', 'Trailer: X-Sum',
);

/** One response, perhaps with an interim one in front, and perhaps with wounds. */
export const responseTexts: fc.Arbitrary<string> = wounded(fc.record({
  before: interim,
  line: fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.1 404 Not Found', 'HTTP/1.1 204 No Content', 'HTTP/1.1 304 Not Modified', 'HTTP/1.1 200', 'HTTP/1.0 200 OK'),
  fields: fc.array(responseField, { maxLength: 4 }),
  frame: fc.oneof(counted, chunked, content.map((body) => ({ lines: [] as string[], body }))),
}).map(({ before, line, fields, frame }) => `${before}${[line, ...fields, ...frame.lines].join('\r\n')}\r\n\r\n${frame.body}`));
