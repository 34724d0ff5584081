/** The text whose UTF-8 bytes a latin1 string holds; what is not UTF-8 becomes U+FFFD. */
export function utf8Of(latin1: string): string {
  // oxlint-disable-next-line no-control-regex -- all but ASCII is meant.
  return /^[\x00-\x7f]*$/.test(latin1) ? latin1 : Buffer.from(latin1, 'latin1').toString('utf8');
}
