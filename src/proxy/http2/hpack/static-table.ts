import { Field } from './field.ts';

/** RFC 7541 appendix A; a name alone has an empty value. */
const rows = [
  ':authority', ':method GET', ':method POST', ':path /', ':path /index.html', ':scheme http', ':scheme https', ':status 200', ':status 204',
  ':status 206', ':status 304', ':status 400', ':status 404', ':status 500', 'accept-charset', 'accept-encoding gzip, deflate',
  'accept-language', 'accept-ranges', 'accept', 'access-control-allow-origin', 'age', 'allow', 'authorization', 'cache-control',
  'content-disposition', 'content-encoding', 'content-language', 'content-length', 'content-location', 'content-range', 'content-type',
  'cookie', 'date', 'etag', 'expect', 'expires', 'from', 'host', 'if-match', 'if-modified-since', 'if-none-match', 'if-range',
  'if-unmodified-since', 'last-modified', 'link', 'location', 'max-forwards', 'proxy-authenticate', 'proxy-authorization', 'range',
  'referer', 'refresh', 'retry-after', 'server', 'set-cookie', 'strict-transport-security', 'transfer-encoding', 'user-agent', 'vary',
  'via', 'www-authenticate',
] as const;

/** Index 1 is the first entry; index 0 does not exist. */
export const staticFields: readonly (Field | undefined)[] = [undefined, ...rows.map((row) => {
  const space = row.indexOf(' ');
  return space < 0 ? new Field(row, '') : new Field(row.slice(0, space), row.slice(space + 1));
})];

export const staticCount: number = rows.length;

/** Lowest index of a name. */
export const staticNames: ReadonlyMap<string, number> = new Map([...rows.keys()].toReversed().map((index) => [(staticFields[index + 1] as Field).name, index + 1]));

/** Index of a name with its value, by `name: value`; only entries that have a value. */
export const staticPairs: ReadonlyMap<string, number> = new Map([...rows.keys()].flatMap((index): [string, number][] => {
  const field = staticFields[index + 1] as Field;
  return field.value === '' ? [] : [[`${field.name}: ${field.value}`, index + 1]];
}));
