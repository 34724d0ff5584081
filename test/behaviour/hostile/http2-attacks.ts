/** What hostile clients do over HTTP/2, as frames. Each is known from the wild or from an analysis; the name says which. */
import { block, frame, get, headers, post } from '../../../src/proxy/http2/testing/frames.ts';

export interface Attack {
  readonly name: string;
  /** Sent first, behind the preface; an empty SETTINGS frame where absent. */
  readonly settings?: Buffer;
  /** A part of the attack, as often as there are rounds; each is written when the one before is out. */
  readonly round: (index: number) => Buffer;
  readonly rounds: number;
  /** The attacker takes nothing of what it is sent. */
  readonly isDeaf?: true;
  /**
   * What becomes of the connection: an error code of its GOAWAY; `cut` where the attacker may not hear of it any more; or it goes on, and
   * so many streams have come to their end.
   */
  readonly outcome: number | 'cut' | { readonly streams: number };
}

const calm = 11;
const [protocol, compression] = [1, 9] as const;
const odd = (index: number): number => index * 2 + 1;
const repeat = (count: number, piece: (index: number) => Buffer): Buffer => Buffer.concat(Array.from({ length: count }, (_, index) => piece(index)));
const setting = (id: number, value: number): Buffer => {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id);
  payload.writeUInt32BE(value, 2);
  return frame(4, 0, 0, payload);
};
const path = (value: string): readonly (readonly [string, string])[] => [...get.filter(([name]) => name !== ':path'), [':path', value]];
/** `/own` is answered by the proxy itself, `/silent` never, and everything else at once. */
const [own, silent] = [path('/own'), path('/silent')];
const zeroWindow = setting(4, 0);
const lengthOf = (length: number): readonly (readonly [string, string])[] => [...post, ['content-length', String(length)]];

/** A block whose one field is put into the table, and then referred to again and again (HPACK bomb, CVE-2016-1544 and like it). */
const bomb = (references: number): Buffer => {
  const value = Buffer.alloc(3900, 0x61);
  const field = Buffer.concat([Buffer.from([0x40, 1, 0x78, 0x7f, ...integerRest(value.length - 127)]), value]);
  return Buffer.concat([block(get), field, Buffer.alloc(references, 0xbe)]);
};

function integerRest(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...integerRest(value >> 7)];
}

const floodOf = (name: string, piece: Buffer): Attack => ({ name: `flood of ${name}`, round: () => repeat(500, () => piece), rounds: 40, outcome: calm });
/** Streams that the attacker makes the proxy reset (CVE-2025-8671). */
const madeYouReset = (name: string, piece: (stream: number) => Buffer): Attack => ({
  name: `MadeYouReset, CVE-2025-8671: ${name}`, round: (index) => repeat(50, (at) => piece(odd(index * 50 + at))), rounds: 60, outcome: calm,
});

export const attacks: readonly Attack[] = [
  {
    name: 'rapid reset, CVE-2023-44487', rounds: 60, outcome: calm,
    round: (index) => repeat(50, (at) => Buffer.concat([headers(odd(index * 50 + at), silent, 1), frame(3, 0, odd(index * 50 + at), '00000008')])),
  },
  {
    name: 'rapid reset, the resets of one round in the next', rounds: 120, outcome: calm,
    round: (index) => repeat(50, (at) => (index % 2 === 0 ? headers(odd(index * 25 + at), silent, 1) : frame(3, 0, odd((index - 1) * 25 + at), '00000008'))),
  },
  madeYouReset('window update of 0', (stream) => Buffer.concat([headers(stream, post), frame(8, 0, stream, '00000000')])),
  madeYouReset('window beyond 2^31-1', (stream) => Buffer.concat([headers(stream, post), frame(8, 0, stream, '7fffffff')])),
  madeYouReset('DATA behind the end', (stream) => Buffer.concat([headers(stream, silent, 1), frame(0, 0, stream, '00')])),
  madeYouReset('HEADERS behind the end', (stream) => Buffer.concat([headers(stream, silent, 1), headers(stream, [['x', 'y']], 1)])),
  madeYouReset('trailers that do not end', (stream) => Buffer.concat([headers(stream, post), headers(stream, [['x', 'y']])])),
  madeYouReset('trailers that are malformed', (stream) => Buffer.concat([headers(stream, post), headers(stream, [[':method', 'GET']], 1)])),
  madeYouReset('more DATA than announced', (stream) => Buffer.concat([headers(stream, lengthOf(1)), frame(0, 0, stream, '0000')])),
  madeYouReset('less DATA than announced', (stream) => Buffer.concat([headers(stream, lengthOf(3)), frame(0, 1, stream, '0000')])),
  madeYouReset('a malformed head', (stream) => headers(stream, [...get, ['connection', 'x']], 1)),
  { name: 'MadeYouReset, CVE-2025-8671: a stream that depends on itself', round: () => Buffer.concat([headers(1, post), frame(2, 0, 1, '0000000100')]), rounds: 1, outcome: protocol },
  { name: 'CONTINUATION flood, CVE-2024-27316', round: (index) => (index === 0 ? frame(1, 0, 1, block(get)) : frame(9, 0, 1, Buffer.alloc(16_000, 0x82))), rounds: 4000, outcome: 'cut' },
  { name: 'CONTINUATION flood of empty frames', round: (index) => (index === 0 ? frame(1, 0, 1, block(get)) : repeat(500, () => frame(9, 0, 1))), rounds: 100, outcome: calm },
  { name: 'CONTINUATION flood of small literals that are kept', round: (index) => (index === 0 ? frame(1, 0, 1, block(get)) : repeat(50, () => frame(9, 0, 1, '40 01 78 01 79'))), rounds: 100, outcome: calm },
  floodOf('PING, CVE-2019-9512', frame(6, 0, 0, Buffer.alloc(8))),
  floodOf('SETTINGS, CVE-2019-9515', frame(4, 0, 0)),
  floodOf('PRIORITY, CVE-2019-9513', frame(2, 0, 1, '0000000300')),
  floodOf('WINDOW_UPDATE', frame(8, 0, 0, '00000001')),
  floodOf('unknown frames', frame(99, 0, 0, '00')),
  { ...floodOf('GOAWAY', frame(7, 0, 0, Buffer.alloc(8))), outcome: 0 },
  { ...floodOf('PING to one that is not read, CVE-2019-9512', frame(6, 0, 0, Buffer.alloc(8))), isDeaf: true },
  { ...floodOf('SETTINGS to one that is not read, CVE-2019-9515', frame(4, 0, 0)), isDeaf: true },
  { name: 'flood of RST_STREAM for streams that are gone', round: (index) => Buffer.concat([index === 0 ? headers(1, own, 1) : Buffer.alloc(0), repeat(500, () => frame(3, 0, 1, '00000008'))]), rounds: 40, outcome: calm },
  { name: 'flood of empty DATA, CVE-2019-9518', round: (index) => Buffer.concat([index === 0 ? headers(1, post) : Buffer.alloc(0), repeat(500, () => frame(0, 0, 1))]), rounds: 40, outcome: calm },
  { name: 'flood of DATA that is padding alone', round: (index) => Buffer.concat([index === 0 ? headers(1, post) : Buffer.alloc(0), repeat(500, () => frame(0, 8, 1, '01 00'))]), rounds: 40, outcome: calm },
  { name: 'DATA for a stream that was given up', round: (index) => Buffer.concat([index === 0 ? headers(1, own, 1) : Buffer.alloc(0), repeat(500, () => frame(0, 0, 1, '00'))]), rounds: 40, outcome: { streams: 1 } },
  { name: 'settings that change the window to and fro', round: () => repeat(100, (at) => setting(4, at % 2 === 0 ? 0 : 0x7fff_0000)), rounds: 100, outcome: calm },
  { name: 'settings that change the table to and fro', round: () => repeat(100, (at) => setting(1, at % 2 === 0 ? 0 : 4096)), rounds: 100, outcome: calm },
  { name: 'HPACK bomb of references', round: (index) => frame(1, 5, odd(index), bomb(10_000)), rounds: 200, outcome: { streams: 200 } },
  { name: 'HPACK integers without end', round: () => frame(1, 5, 1, Buffer.alloc(2000, 0xff)), rounds: 1, outcome: compression },
  { name: 'cookie crumbs, as many as fit', round: (index) => frame(1, 5, odd(index), Buffer.concat([block(get), repeat(5000, () => Buffer.from([0x0f, 0x11, 0]))])), rounds: 200, outcome: { streams: 200 } },
  { name: 'answers that nobody reads', round: (index) => repeat(100, (at) => headers(odd(index * 100 + at), own, 1)), rounds: 20_000, isDeaf: true, outcome: 'cut' },
  { name: 'answers of a backend that nobody reads', settings: Buffer.concat([setting(4, 0x7fff_0000), frame(8, 0, 0, '7fff0000')]), round: (index) => repeat(100, (at) => headers(odd(index * 100 + at), path('/big'), 1)), rounds: 100, isDeaf: true, outcome: 'cut' },
  { name: 'answers held by windows of 0, CVE-2019-9517', settings: zeroWindow, round: (index) => repeat(64, (at) => headers(odd(index * 64 + at), path('/big'), 1)), rounds: 8, outcome: { streams: 512 } },
  { name: 'own answers held by windows of 0', settings: zeroWindow, round: (index) => repeat(64, (at) => headers(odd(index * 64 + at), own, 1)), rounds: 8, outcome: { streams: 512 } },
  { name: 'DATA in pieces of one byte, CVE-2019-9511', round: (index) => Buffer.concat([index === 0 ? headers(1, post) : Buffer.alloc(0), repeat(1000, () => frame(0, 0, 1, '61'))]), rounds: 60, outcome: { streams: 1 } },
];
