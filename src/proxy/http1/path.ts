/**
 * How paths are made safe before routes see them:
 *
 * - Dot segments (`.`, `..`, also written `%2e`) are resolved as RFC 3986 section 5.2.4 says, never above the root; routes match the
 *   result and the backend gets the result, so no route can be passed by with `/public/../admin`.
 * - A dot segment behind an encoded slash or backslash (`..%2f`, `%5c..`) is refused: a backend that decodes would climb.
 * - `%00`, a `%` without two hexadecimal digits and a raw backslash are refused.
 * - Everything else stays as sent: `//` is not merged, `%2F` is not a slash, case of escapes is kept.
 */
export function normalisePath(path: string): string | undefined {
  if (/%(?:00|(?![0-9a-f]{2}))/i.test(path)) return undefined;
  const segments = path.split('/');
  for (const segment of segments) {
    if (hidesDotSegment(segment)) return undefined;
  }
  return segments.some(isDotSegment) ? resolveDots(segments) : path;
}

function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

function hidesDotSegment(segment: string): boolean {
  return /%(?:2f|5c)/i.test(segment) && segment.split(/%(?:2f|5c)/i).some(isDotSegment);
}

function resolveDots(segments: readonly string[]): string {
  const kept: string[] = [''];
  for (let i = 1; i < segments.length; i++) {
    const segment = segments[i] as string;
    if (!isDotSegment(segment)) {
      kept.push(segment);
      continue;
    }
    const climbs = segment.length !== 1 && segment.toLowerCase() !== '%2e';
    if (climbs && kept.length > 1) kept.pop();
    if (i === segments.length - 1) kept.push('');
  }
  return kept.join('/');
}
