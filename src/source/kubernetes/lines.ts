import { StringDecoder } from 'node:string_decoder';

/** The lines of a stream of bytes as they become complete; empty ones are left out. */
export async function* lines(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const part of stream) {
    const parts = decoder.write(Buffer.from(part.buffer, part.byteOffset, part.byteLength)).split('\n');
    parts[0] = rest + parts[0]!;
    rest = parts.pop()!;
    for (const line of parts) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
