/** The values of the cookies of this name in one Cookie field (RFC 6265 section 4.2.1), in order; a client may send several. */
export function cookieValues(field: string, name: string): string[] {
  const values: string[] = [];
  for (let at = field.indexOf(`${name}=`); at >= 0; at = field.indexOf(`${name}=`, at + 1)) {
    if (!isBeginOfPair(field, at)) continue;
    const from = at + name.length + 1;
    const semicolon = field.indexOf(';', from);
    values.push(unquoted(field.slice(from, semicolon < 0 ? field.length : semicolon).trim()));
  }
  return values;
}

/** A name stands at the begin, or behind a semicolon and perhaps blanks. */
function isBeginOfPair(field: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (field.charCodeAt(before) === 32 || field.charCodeAt(before) === 9)) before--;
  return before < 0 || field.charCodeAt(before) === 59;
}

function unquoted(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/** How a cookie of ours is kept by the client. */
export interface CookieForm {
  readonly path: string;
  /** Seconds; undefined: until the browser ends. */
  readonly maxAge: number | undefined;
  /** The client came over TLS. */
  readonly isSecure: boolean;
}

/**
 * A Set-Cookie line with CRLF. Scripts can't read the cookie, and other sites can't make a browser send it (GEP-1619, "Secure, HttpOnly,
 * SameSite"); Secure only over TLS, because without it browsers would not keep the cookie at all.
 */
export function setCookieLine(name: string, value: string, { path, maxAge, isSecure }: CookieForm): string {
  const lifetime = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `set-cookie: ${name}=${value}; Path=${path}${lifetime}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}\r\n`;
}
