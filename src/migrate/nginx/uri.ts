/** What nginx makes of a request target: decoded, with slashes merged and dot segments resolved (ngx_http_parse_complex_uri); undefined for 400. */
export function normalUri(target: string): { readonly uri: string; readonly args: string } | undefined {
  const mark = target.indexOf('?');
  const [path, args] = mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark)];
  if (!path.startsWith('/') || /%(?![0-9a-f]{2})/i.test(path)) return undefined;
  const decoded = decode(path);
  if (decoded === undefined || decoded.includes('\0')) return undefined;
  const kept: string[] = [];
  const segments = decoded.split('/').slice(1);
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..') {
      if (kept.length === 0) return undefined;
      kept.pop();
    } else if (segment !== '.' && segment !== '') kept.push(segment);
    if (isLast && (segment === '' || segment === '.' || segment === '..')) kept.push('');
  }
  return { uri: `/${kept.join('/')}`, args };
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** A path as nginx sends it after a rewrite (ngx_escape_uri, NGX_ESCAPE_URI): what may not stand in a path, and `?`, `#` and `%`, is encoded. */
export function escapedUri(path: string): string {
  return path.replace(/[^\x21-\x7e]+|[#%?"]/gu, (part) => encodeURIComponent(part));
}
