/** Byte classes, one array look-up a byte; every array has an entry for each latin1 character. */

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = '0123456789';

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

/** tchar of RFC 9110 section 5.6.2. */
export const isToken: Uint8Array = tableOf(`!#$%&'*+-.^_\`|~${digits}${letters}`);

/** What a field value may hold: HTAB, SP, VCHAR, obs-text (RFC 9110 section 5.5); neither CR, LF nor NUL. */
export const isFieldValue: Uint8Array = tableOf('\t');
for (let code = 0x20; code < 256; code++) isFieldValue[code] = code === 0x7f ? 0 : 1;

/** What the host of a Host header may hold: the part of reg-name that real names use; no comma, no userinfo, no escapes. */
export const isHostCharacter: Uint8Array = tableOf(`${digits}${letters}-._~`);

/** What an IPv6 literal may hold between its brackets. */
export const isAddressCharacter: Uint8Array = tableOf(`${digits}abcdefABCDEF:.`);

/** Kinds of characters in a path; 0 is refused. */
export const pathPlain = 1;
export const pathDot = 2;
export const pathEscape = 3;
/**
 * Characters of a path: VCHAR of US-ASCII without `"`, `<`, `>`, `#` and the backslash. RFC 3986 has fewer, but browsers send
 * `|`, `^`, `[`, `{` and the backquote as they are. Dot and percent have their own kinds, because they may need normalisation.
 */
export const pathKind: Uint8Array = new Uint8Array(256);
/** Characters of a query: those of a path, and `?`, and the backslash, which browsers do not escape there. */
export const isQuery: Uint8Array = new Uint8Array(256);
for (let code = 0x21; code < 0x7f; code++) {
  const refused = '"<>#'.includes(String.fromCharCode(code));
  isQuery[code] = refused ? 0 : 1;
  pathKind[code] = refused || code === 0x5c || code === 0x3f ? 0 : pathPlain;
}
pathKind[0x2e] = pathDot;
pathKind[0x25] = pathEscape;

/** Value of a hexadecimal digit; 255 for anything else. */
export const hexValue: Uint8Array = new Uint8Array(256).fill(255);
for (let i = 0; i < 16; i++) {
  hexValue[i.toString(16).charCodeAt(0)] = i;
  hexValue[i.toString(16).toUpperCase().charCodeAt(0)] = i;
}
