/** What nginx asks first, a Gateway must ask first: exact paths before expressions, longer expressions before shorter ones, and these before prefixes. */
import { asRegExp } from '../nginx/find.ts';
import { parsePattern } from '../pattern/parse.ts';
import { samplesOf } from '../pattern/samples.ts';
import type { NoWay, Way } from './way.ts';

/** An exact path is asked before all expressions, so it goes where nginx asks one of them earlier. */
export function withoutEarlier(ways: readonly Way[]): Way[] {
  return ways.filter(({ isBare, location, matches: [match] }, index) => isBare !== true || !ways.slice(0, index).some((it) => it.location !== location && asRegExp(`^${it.location.path}`)?.test(match?.value ?? '') === true));
}

/**
 * A prefix loses against every expression of its host. Where nginx asks the expression later, that becomes a prefix too, if it is a plain one; else it is left out, or it would take
 * what is rewritten.
 */
export function softened(ways: readonly Way[], without: NoWay[]): Way[] {
  const prefixes = ways.flatMap((it, index) => (it.matches[0]?.type === 'PathPrefix' && it.matches[0].value !== '/' ? [{ index, path: it.location.path, prefix: it.matches[0].value }] : []));
  return ways.flatMap((way, index): Way | readonly Way[] => {
    const { location: { path } } = way;
    const [match] = way.matches;
    const asked = match?.type === 'RegularExpression' ? prefixes.filter((it) => it.index < index && overlaps(it.path, path)) : [];
    if (match === undefined || asked.length === 0) return way;
    if (!/^[-\w/.~]+$/.test(path)) {
      without.push({ location: way.location, why: `path ${way.location.written} is an expression, and a Gateway would ask it before ${asked[0]?.path}, which is rewritten and which nginx asks first` });
      return [];
    }
    if (asked.some((it) => path.startsWith(`${it.prefix}/`) && asRegExp(`^${it.path}`)?.test(path) === true)) return [];
    // What nginx leaves for a path that is rewritten as a prefix too are paths that go on without a slash.
    if (asked.some(({ prefix }) => prefix === path)) return { ...way, matches: [{ ...match, value: `(?i)${path}[^/].*` }] };
    return { ...way, matches: [{ type: 'PathPrefix', value: path.replace(/(.)\/$/, '$1') }], loses: ['case', 'boundary'] };
  });
}

/** The block for what is below a path says nothing that the path's own does not, unless one between the two takes something of it. */
export function withoutNeed(ways: readonly Way[]): Way[] {
  return ways.filter(({ location: { at, ingress, path } }, index) => {
    const own = ways.findIndex((it, other) => other > index && it.location.at === at && it.location.ingress === ingress && `${it.location.path}/` === path && it.matches[0]?.type === 'RegularExpression' && !it.matches[0].value.includes('[^/]'));
    return own < 0 || ways.slice(index + 1, own).some((it) => overlaps(path, it.location.path));
  });
}

/** Do two expressions take a path in common? Found out by what each is made to match. */
function overlaps(path: string, other: string): boolean {
  return takesOf(path, other) || takesOf(other, path);
}

function takesOf(path: string, other: string): boolean {
  const parsed = parsePattern(path);
  return typeof parsed !== 'string' && samplesOf(parsed).some((it) => asRegExp(`^${other}`)?.test(it) === true);
}

/** Gateways ask longer expressions first; one that nginx asks earlier than another that takes the same is made longer where it is not, with what means nothing. */
export function inOrder(ways: readonly Way[]): Way[] {
  const later: { readonly path: string; readonly length: number }[] = [];
  return ways.toReversed().map((way): Way => {
    const { location: { path }, matches: [match] } = way;
    if (match?.type !== 'RegularExpression') return way;
    const most = Math.max(0, ...later.filter((it) => it.length >= match.value.length && overlaps(path, it.path)).map(({ length }) => length));
    const value = most === 0 ? match.value : match.value + '(?:)'.repeat(Math.floor((most - match.value.length) / 4) + 1);
    later.push({ path, length: value.length });
    return { ...way, matches: [{ ...match, value }] };
  }).toReversed();
}
