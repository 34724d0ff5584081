import { isRewritten } from '../nginx/blocks.ts';
import type { Location, Server } from '../nginx/server.ts';
import { regexWay } from './regex-ways.ts';
import type { CheckRegex, NoWay, Way, Ways } from './way.ts';

/** Prefix and Exact mean what they say; other paths are expressions where the Ingress says so, else prefixes. */
export function writtenWays({ locations }: Server, check: CheckRegex): Ways {
  const without: NoWay[] = [];
  const firsts = locations.filter((it, index) => locations.findIndex((other) => other.at === it.at && other.ingress === it.ingress) === index);
  const ways = firsts.flatMap((location): Way[] => {
    const way = writtenWay(location, check);
    if (typeof way !== 'string') return way;
    without.push({ location, why: way });
    return [];
  });
  return { ways, without };
}

function writtenWay(location: Location, check: CheckRegex): Way[] | string {
  const { written, writtenType, settings } = location;
  const isPlain = /^[-\w/.~%!$&'*+,;=:@]+$/.test(written) && !(settings.useRegex && writtenType === 'ImplementationSpecific' && /[*+$]/.test(written));
  if (!isPlain || /\$\d/.test(settings.rewriteTarget)) return regexWay({ ...location, path: written, modifier: 'regex' }, check);
  const change = isRewritten(location) ? { path: { kind: 'full' as const, value: settings.rewriteTarget } } : {};
  return [{ location, matches: [{ type: writtenType === 'Exact' ? 'Exact' : 'PathPrefix', value: written }], ...change, loses: [] }];
}
