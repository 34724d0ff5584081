/**
 * Parameters of a query (`?a=1&b=2`), percent-decoded with `+` as a space; of a name that comes twice the first value counts.
 * The last query parsed is remembered, because candidates of one request ask one after the other.
 */
export function firstParameters(query: string): ReadonlyMap<string, string> {
  if (query === rememberedQuery) return remembered;
  const parameters = new Map<string, string>();
  for (const part of query.slice(1).split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    if (!parameters.has(name)) parameters.set(name, equals < 0 ? '' : decode(part.slice(equals + 1)));
  }
  rememberedQuery = query;
  remembered = parameters;
  return parameters;
}

let rememberedQuery = '';
let remembered: ReadonlyMap<string, string> = new Map();

function decode(text: string): string {
  if (!/[%+]/.test(text)) return text;
  const spaced = text.replaceAll('+', ' ');
  const bytes = spaced.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
