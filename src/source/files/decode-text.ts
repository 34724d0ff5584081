import { isUtf8 } from 'node:buffer';
import type { Finding } from '../../contract/index.ts';

export type DecodedText = { readonly text: string } | { readonly finding: Finding };

/** The text of a file: UTF-8, or UTF-16 that says so with a byte order mark; the mark itself is taken away. */
export function decodeText(file: string, bytes: Buffer): DecodedText {
  const utf16 = utf16Of(bytes);
  if (utf16 === undefined && !isUtf8(bytes)) return refuse(file, bytes, firstInvalid(bytes), 'this is not UTF-8 text');
  const text = new TextDecoder(utf16 ?? 'utf-8').decode(bytes);
  const control = /[^\P{Cc}\t\n\r\u0085]/u.exec(text);
  return control === null ? { text } : refuse(file, Buffer.from(text), Buffer.byteLength(text.slice(0, control.index)), 'this is not a text file');
}

function utf16Of(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** The longest valid beginning, found by halving; cutting inside a character moves it by three bytes at most. */
function firstInvalid(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, middle)) || isUtf8(bytes.subarray(0, middle - 1)) || isUtf8(bytes.subarray(0, middle - 2)) || isUtf8(bytes.subarray(0, middle - 3))) low = middle;
    else high = middle - 1;
  }
  while (low > 0 && !isUtf8(bytes.subarray(0, low))) low -= 1;
  return low;
}

function refuse(file: string, bytes: Buffer, offset: number, what: string): DecodedText {
  const before = bytes.subarray(0, offset).toString('utf8');
  const lineStart = before.lastIndexOf('\n') + 1;
  const position = { file, line: before.split('\n').length, column: before.length - lineStart + 1 };
  const wide = bytes.subarray(0, 64).filter((byte) => byte === 0).length > 16;
  return {
    finding: {
      code: 'yaml-syntax',
      severity: 'error',
      message: `${what}: it holds the byte 0x${(bytes[offset] ?? 0).toString(16).padStart(2, '0')}`,
      hint: wide ? 'it looks like UTF-16 without a byte order mark; save it as UTF-8' : 'save it as UTF-8, or leave it out if it is no manifest',
      position,
    },
  };
}
