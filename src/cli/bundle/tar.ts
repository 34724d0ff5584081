import { gzipSync } from 'node:zlib';

/** A file of an archive. */
export interface ArchiveFile {
  /** With slashes; at most 99 bytes, or 154 and 99 on the two sides of one of its slashes. */
  readonly path: string;
  readonly text: string;
}

const block = 512;

/** A gzipped archive in the format ustar (POSIX.1-1988), as `tar xzf` reads it; `time`: milliseconds since 1970. */
export function tarGz(files: readonly ArchiveFile[], time: number): Buffer {
  const parts = files.flatMap(({ path, text }) => {
    const content = Buffer.from(text);
    return [header(path, content.length, time), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]));
}

function header(path: string, size: number, time: number): Buffer { // oxlint-disable-line max-params -- what a header holds.
  const head = Buffer.alloc(block);
  const { prefix, name } = splitPath(path);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  const put = (text: string, at: number): void => void head.write(text, at, 'utf8');
  put(name, 0);
  put(octal(0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  put(octal(Math.floor(time / 1000), 11), 136);
  // The checksum is taken with blanks in its own place.
  put('        0', 148);
  put('ustar\u000000', 257);
  put(prefix, 345);
  put(`${head.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) < 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(prefix) < 155 && Buffer.byteLength(name) < 100) return { prefix, name };
  }
  return { prefix: '', name: Buffer.from(path).subarray(-99).toString() };
}
