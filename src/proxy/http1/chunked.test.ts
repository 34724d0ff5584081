import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BodySink, type ChunkMode, ChunkedDecoder } from './chunked.ts';

const limits = { trailerBytes: 100, headerCount: 10 };

interface Outcome {
  readonly out: string;
  readonly fault: string | undefined;
  readonly isDone: boolean;
  /** Bytes behind the body. */
  readonly rest: string;
}

/** Feeds a text cut at the given places, in buffers that are overwritten afterwards, as the shared read buffer is. */
function decode(text: string, cuts: readonly number[], mode: ChunkMode): Outcome {
  const decoder = new ChunkedDecoder(mode, limits);
  let out = '';
  const sink: BodySink = {
    bytes: (buffer, from, to) => { out += buffer.toString('latin1', from, to); },
    text: (piece) => { out += piece; },
  };
  const edges = [0, ...cuts, text.length];
  for (let i = 0; i + 1 < edges.length; i++) {
    const piece = Buffer.from(`##${text.slice(edges[i], edges[i + 1])}##`, 'latin1');
    const end = decoder.feed(piece, 2, piece.length - 2, sink);
    piece.fill(0);
    if (decoder.isDone) return { out, fault: decoder.fault, isDone: true, rest: text.slice((edges[i] as number) + end - 2) };
    if (decoder.fault !== undefined) break;
  }
  return { out, fault: decoder.fault, isDone: decoder.isDone, rest: '' };
}

function everyCut(text: string): number[][] {
  const single = Array.from({ length: text.length - 1 }, (_, index) => [index + 1]);
  return [[], ...single, single.flat()];
}

const accepted: readonly (readonly [sent: string, content: string, reframed: string])[] = [
  ['0\r\n\r\n', '', '0\r\n\r\n'],
  ['5\r\nhello\r\n0\r\n\r\n', 'hello', '5\r\nhello\r\n0\r\n\r\n'],
  ['5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n', 'hello world', '5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n'],
  ['b;a=b;c="d;\\"e"\r\nhello world\r\n0;x\r\n\r\n', 'hello world', 'b\r\nhello world\r\n0\r\n\r\n'],
  ['1\r\na\r\n2;x\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n', 'abcdef', '1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n'],
  ['2\r\n\r\n\r\n000\r\nX-A: 1\r\nContent-Length: 3\r\nx-b:2\r\n\r\n', '\r\n', '2\r\n\r\n\r\n0\r\nX-A: 1\r\nx-b:2\r\n\r\n'],
];

test('chunked bodies come out the same however they are cut', () => {
  for (const [sent, content, reframed] of accepted) {
    const withRest = `${sent}GET /`;
    for (const cuts of everyCut(withRest)) {
      assert.deepEqual(decode(withRest, cuts, 'reframe'), { out: reframed, fault: undefined, isDone: true, rest: 'GET /' }, JSON.stringify({ sent, cuts }));
      assert.equal(decode(withRest, cuts, 'unwrap').out, content, JSON.stringify({ sent, cuts }));
    }
  }
});

const refused: readonly (readonly [sent: string, fault: string])[] = [
  ['\r\n', 'bad-chunk'],
  ['g\r\n', 'bad-chunk'],
  ['-1\r\n', 'bad-chunk'],
  ['+1\r\na\r\n', 'bad-chunk'],
  ['0x1\r\na\r\n', 'bad-chunk'],
  [' 1\r\na\r\n', 'bad-chunk'],
  ['1 \r\na\r\n', 'bad-chunk'],
  ['1\na\r\n', 'bad-chunk'],
  ['1\r\na\n', 'bad-chunk'],
  ['1\r\nab\r\n', 'bad-chunk'],
  ['1\r\na0\r\n\r\n', 'bad-chunk'],
  ['1\ra\r\n', 'bad-chunk'],
  ['123456789\r\n', 'bad-chunk'],
  ['000000001\r\na\r\n', 'bad-chunk'],
  ['1;\r\na\r\n', 'bad-chunk'],
  ['1 ;a\r\na\r\n', 'bad-chunk'],
  ['1;a b\r\na\r\n', 'bad-chunk'],
  ['1;a\n\r\na\r\n', 'bad-chunk'],
  ['1;a="\r\na\r\n', 'bad-chunk'],
  [`1;${'a'.repeat(300)}\r\na\r\n`, 'bad-chunk'],
  ['0\r\nx\r\n\r\n', 'bad-trailer'],
  ['0\r\nx: 1\n\r\n', 'bad-trailer'],
  ['0\r\n x: 1\r\n\r\n', 'bad-trailer'],
  ['0\r\nx : 1\r\n\r\n', 'bad-trailer'],
  [`0\r\nx: ${'y'.repeat(200)}\r\n\r\n`, 'bad-trailer'],
];

test('malformed chunks are refused however they are cut, and nothing of their framing goes on', () => {
  for (const [sent, fault] of refused) {
    for (const cuts of everyCut(sent)) {
      const outcome = decode(sent, cuts, 'reframe');
      assert.equal(outcome.fault, fault, JSON.stringify({ sent, cuts }));
      assert.equal(outcome.out.includes('0\r\n\r\n'), false, JSON.stringify({ sent, cuts }));
    }
  }
});
