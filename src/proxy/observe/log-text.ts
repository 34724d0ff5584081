import { utf8Of } from '../utf8.ts';

/** A value longer than this is cut, so that no client can fill a disk with one request. Characters. */
const mostCharacters = 2048;
/** What stands for itself in JSON. */
const isPlain = /^[ !#-[\]-~]*$/;

/** A latin1 string of the wire as a JSON string in quotes, one line whatever is in it. */
export function quoted(wire: string): string {
  const text = wire.length > mostCharacters ? `${wire.slice(0, mostCharacters)}…` : wire;
  if (isPlain.test(text)) return `"${text}"`;
  const shortened = wire.length > mostCharacters ? `${utf8Of(wire.slice(0, mostCharacters))}…` : utf8Of(wire);
  // Terminals take the controls from U+0080 to U+009F for commands, and some readers take U+2028 and U+2029 for line ends.
  return JSON.stringify(shortened).replace(/[\u007f-\u009f\u2028\u2029]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The same without the quotes, for lines that people read. */
export function bare(wire: string): string {
  return quoted(wire).slice(1, -1);
}

/** Parameters whose values are credentials, in any letters. */
const secretName = /^(?:access_?token|id_?token|refresh_?token|auth|token|jwt|code|key|api_?key|password|passwd|pwd|secret|client_?secret|sig|signature|x-(?:amz|goog)-(?:signature|credential|security-token)|awsaccesskeyid)$/i;

/** What names of credentials have in common, and what could hide one: most queries have nothing of it, and are passed on at once. */
const mayTell = /%|token|auth|jwt|code|key|pass|pwd|secret|sig|cred/i;

/** A query without its question mark, with `REDACTED` in place of what looks like a credential. */
export function shownQuery(query: string): string {
  if (!mayTell.test(query)) return query.slice(1);
  return query.slice(1).split('&').map((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && secretName.test(decoded(pair.slice(0, at))) ? `${pair.slice(0, at)}=REDACTED` : pair;
  }).join('&');
}

/** A name as the backend will read it; one that is not well encoded stays as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim();
  } catch {
    return name;
  }
}
