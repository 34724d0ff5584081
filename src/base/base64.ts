const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const padded = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Standard base64 with padding, line breaks ignored: what the API server takes for bytes (RFC 4648 section 4). */
export function isBase64(text: string): boolean {
  return padded.test(text.replaceAll(/[\r\n]/g, ''));
}

/** The UTF-8 bytes of a text. */
function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text.toWellFormed()) {
    const point = character.codePointAt(0)!;
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  return bytes;
}

/** Base64 of the UTF-8 bytes of a text. */
export function encodeBase64(text: string): string {
  const bytes = utf8(text);
  const groups: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [a, b, c] = [bytes[at]!, bytes[at + 1], bytes[at + 2]];
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    groups.push(alphabet[word >> 18]!, alphabet[(word >> 12) & 63]!, b === undefined ? '=' : alphabet[(word >> 6) & 63]!, c === undefined ? '=' : alphabet[word & 63]!);
  }
  return groups.join('');
}

const values = new Map([...alphabet].map((letter, index) => [letter, index]));

/** The bytes as latin1 text, one character a byte; what is not of the alphabet (line breaks, padding) is passed over. */
export function decodeBase64(base64: string): string {
  let [bits, held, text] = [0, 0, ''];
  for (const letter of base64) {
    const value = values.get(letter);
    if (value === undefined) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      text += String.fromCharCode((held >> bits) & 0xff);
    }
  }
  return text;
}
