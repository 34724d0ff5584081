/** A hostname as a part of a name. */
export function slugOf(host: string): string {
  return host === '' ? 'every-host' : host.replace(/^\*\./, 'wildcard.');
}
