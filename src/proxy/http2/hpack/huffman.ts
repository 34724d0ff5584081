/**
 * Code lengths of RFC 7541 appendix B by symbol; the last is EOS. The code is canonical: codes of one length follow each other
 * in the order of their symbols, so the lengths are all of it.
 */
const lengths: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];
const endOfString = 256;

const codes = new Uint32Array(257);
const order = [...lengths.keys()].sort((a, b) => (lengths[a] as number) - (lengths[b] as number) || a - b);
let code = 0;
let length = lengths[order[0] as number] as number;
for (const symbol of order) {
  code <<= (lengths[symbol] as number) - length;
  length = lengths[symbol] as number;
  codes[symbol] = code++;
}

/** Bits of an entry of the decoding table beside the next state. */
const emits = 1 << 16;
const ends = 1 << 17;
const fails = 1 << 18;
let steps: Int32Array | undefined;

/**
 * What four bits do in each state (an inner node of the code's tree): next state in the low byte, symbol in the next, and flags:
 * a symbol comes out, the string may end here (at most seven bits of padding, all ones), no such code. Made when first needed.
 */
function decodingSteps(): Int32Array {
  const children: [number, number][] = [[0, 0]];
  for (const symbol of order) {
    let node = 0;
    for (let bit = (lengths[symbol] as number) - 1; bit > 0; bit--) {
      const side = ((codes[symbol] as number) >>> bit) & 1;
      const pair = children[node] as [number, number];
      if (pair[side] === 0) pair[side] = children.push([0, 0]) - 1;
      node = pair[side] as number;
    }
    (children[node] as [number, number])[(codes[symbol] as number) & 1] = -1 - symbol;
  }
  const mayEnd = new Set<number>();
  for (let node = 0, depth = 0; depth < 8; depth++) {
    mayEnd.add(node);
    node = (children[node] as [number, number])[1];
  }
  const table = new Int32Array(children.length * 16);
  for (let at = 0; at < table.length; at++) table[at] = stepOf(children, mayEnd, at);
  return table;
}

function stepOf(children: readonly [number, number][], mayEnd: ReadonlySet<number>, at: number): number {
  let node = at >> 4;
  let result = 0;
  for (let bit = 3; bit >= 0; bit--) {
    node = (children[node] as [number, number])[(at >> bit) & 1] as number;
    if (node >= 0) continue;
    const symbol = -1 - node;
    if (symbol === endOfString) return fails;
    result |= emits | (symbol << 8);
    node = 0;
  }
  return result | node | (mayEnd.has(node) ? ends : 0);
}

let scratch = Buffer.allocUnsafeSlow(4096);

/** The string that `buffer` holds from `from` to `to`, or undefined where that is no Huffman code (RFC 7541 section 5.2). */
export function huffmanDecode(buffer: Buffer, from: number, to: number): string | undefined {
  steps ??= decodingSteps();
  if ((to - from) * 2 > scratch.length) scratch = Buffer.allocUnsafeSlow((to - from) * 2);
  let out = 0;
  let step = ends;
  for (let at = from; at < to; at++) {
    const byte = buffer[at] as number;
    step = steps[((step & 255) << 4) | (byte >> 4)] as number;
    if ((step & emits) !== 0) scratch[out++] = step >> 8;
    if ((step & fails) !== 0) return undefined;
    step = steps[((step & 255) << 4) | (byte & 15)] as number;
    if ((step & emits) !== 0) scratch[out++] = step >> 8;
    if ((step & fails) !== 0) return undefined;
  }
  return (step & ends) === 0 ? undefined : scratch.toString('latin1', 0, out);
}

/** Bytes that `text` (latin1) takes as Huffman code. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits += lengths[text.charCodeAt(at) & 255] as number;
  return (bits + 7) >> 3;
}

/** Writes `text` as Huffman code at `at` and answers where it ends; `target` has room for `huffmanLength` bytes. */
export function huffmanEncode(text: string, target: Buffer, at: number): number {
  let held = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const symbol = text.charCodeAt(i) & 255;
    let left = lengths[symbol] as number;
    const word = codes[symbol] as number;
    while (left > 0) {
      const take = Math.min(left, 8 - bits);
      held = (held << take) | ((word >>> (left - take)) & ((1 << take) - 1));
      bits += take;
      left -= take;
      if (bits < 8) continue;
      target[at++] = held;
      held = bits = 0;
    }
  }
  if (bits > 0) target[at++] = (held << (8 - bits)) | (255 >> bits);
  return at;
}
