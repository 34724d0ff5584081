import type { Random } from './random.ts';

const pieces = [
  '\r\n', '\r', '\n', '\0', ' ', '\t', ':', ';', ',', '=', '"', '\\', '/', '//', '..', '/../', '/./', '%2e', '%2F', '%5c', '%00', '%', '?', '#', '&', '+', '*', '@', '[', ']', '-', '_',
  '0', '1', '5', 'a', 'F', 'ffffffff', '\x7f', '\x80', '\xa0', '\xff', '\v', 'Host: b\r\n', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n', 'Connection: ', 'Upgrade: websocket\r\n',
  'TE: trailers\r\n', 'http://b', 'HTTP/1.1', 'HTTP/1.0', 'chunked', '0\r\n\r\n', '\r\n\r\n', ';a=b', ';a="b"',
];

const most = 4096;

/** A text with one to four changes; `others` lend their parts. */
export function mutate(text: string, others: readonly string[], random: Random): string {
  let out = text;
  for (let count = 1 + random.below(4); count > 0; count--) out = mutateOnce(out, others, random);
  return out.slice(0, most);
}

function mutateOnce(text: string, others: readonly string[], random: Random): string {
  const at = random.below(text.length + 1);
  const size = 1 + random.below(8);
  const before = text.slice(0, at);
  switch (random.below(7)) {
    case 0: return before + random.pick(pieces) + text.slice(at);
    case 1: return before + random.pick(pieces) + text.slice(at + size);
    case 2: return before + text.slice(at + size);
    case 3: return before + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 4: return before + text.slice(Math.max(0, at - size * 4)) ;
    case 5: return before + text.slice(at, at + 1).toUpperCase() + text.slice(at + 1);
    default: {
      const other = random.pick(others);
      return before + other.slice(random.below(other.length + 1));
    }
  }
}
