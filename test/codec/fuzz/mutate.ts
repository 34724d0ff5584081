import type { Random } from './random.ts';

/** What an input is made of: lines of HTTP/1.1, or bytes with lengths in them. */
export type InputKind = 'text' | 'bytes';

const pieces: Readonly<Record<InputKind, readonly string[]>> = {
  text: [
    '\r\n', '\r', '\n', '\0', ' ', '\t', ':', ';', ',', '=', '"', '\\', '/', '//', '..', '/../', '/./', '%2e', '%2F', '%5c', '%00', '%', '?', '#', '&', '+', '*', '@', '[', ']', '-', '_',
    '0', '1', '5', 'a', 'F', 'ffffffff', '\x7f', '\x80', '\xa0', '\xff', '\v', 'Host: b\r\n', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n', 'Connection: ', 'Upgrade: websocket\r\n',
    'TE: trailers\r\n', 'http://b', 'HTTP/1.1', 'HTTP/1.0', 'chunked', '0\r\n\r\n', '\r\n\r\n', ';a=b', ';a="b"',
  ],
  bytes: [
    '\0', '\x01', '\x02', '\x03', '\x04', '\x08', '\x10', '\x16', '\x1f', '\x20', '\x3f', '\x40', '\x7f', '\x80', '\x81', '\x82', '\x84', '\xbe', '\xff', '\0\0', '\0\x01', '\0\x03', '\xff\xff', '\x7f\xff\xff\xff', '\0\0\0\0', '\xff\xff\xff\xff',
    '\r\n', ':', ' ', 'host', 'content-length', 'transfer-encoding', 'chunked', ':path', ':method', ':authority', '/', '\x0f\x0d', '\x40\x01x\x01y', '\x16\x03\x01',
  ],
};

const most = 4096;

/** A text (latin1) with one to four changes; `others` lend their parts. */
export function mutate(text: string, others: readonly string[], random: Random, kind: InputKind): string { // oxlint-disable-line max-params -- an input and where changes come from.
  let out = text;
  for (let count = 1 + random.below(4); count > 0; count--) out = mutateOnce(out, others, random, kind);
  return out.slice(0, most);
}

function mutateOnce(text: string, others: readonly string[], random: Random, kind: InputKind): string { // oxlint-disable-line max-params -- as above.
  const at = random.below(text.length + 1);
  const size = 1 + random.below(8);
  const before = text.slice(0, at);
  switch (random.below(kind === 'bytes' ? 10 : 7)) {
    case 0: return before + random.pick(pieces[kind]) + text.slice(at);
    case 1: return before + random.pick(pieces[kind]) + text.slice(at + size);
    case 2: return before + text.slice(at + size);
    case 3: return before + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 4: return before + text.slice(Math.max(0, at - size * 4));
    case 5: return before + text.slice(at, at + 1).replace(/[a-z]/, (letter) => letter.toUpperCase()) + text.slice(at + 1);
    case 6: {
      const other = random.pick(others);
      return before + other.slice(random.below(other.length + 1));
    }
    // Lengths and indexes: a little more or less, another bit, or what is in them once more.
    case 7: return before + String.fromCharCode((text.charCodeAt(at) + random.pick([-1, 1, 2, -2, 16])) & 255) + text.slice(at + 1);
    case 8: return before + String.fromCharCode((text.charCodeAt(at) ^ (1 << random.below(8))) & 255) + text.slice(at + 1);
    default: return before + text.slice(at, at + size) + text.slice(at);
  }
}
