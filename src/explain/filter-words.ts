import type { Filter, FilterStep, HeaderValue, Ir, PathRewrite, RequestLook } from '../ir/index.ts';
import { backendName } from './names.ts';

/** One filter, and what it changed in the request. */
export interface StepLine {
  readonly filter: string;
  readonly of: 'rule' | 'target';
  readonly changes: readonly string[];
  readonly after?: RequestLook;
}

/** Filters in order; `first` is the request before them. */
export function stepLines(steps: readonly FilterStep[], first: RequestLook, ir: Ir): StepLine[] {
  let before = first;
  return steps.map(({ filter, of, after }) => {
    const changes = after === undefined ? [] : changesBetween(before, after);
    before = after ?? before;
    return { filter: filterText(filter, ir), of, changes, ...(after === undefined ? {} : { after }) };
  });
}

/** A filter in a few words. */
export function filterText(filter: Filter, ir: Ir): string {
  switch (filter.kind) {
    case 'request-headers': return `RequestHeaderModifier ${headersText(filter)}`;
    case 'response-headers': return `ResponseHeaderModifier ${headersText(filter)}`;
    case 'rewrite': return `URLRewrite ${[...(filter.hostname === undefined ? [] : [`host to ${filter.hostname}`]), ...(filter.path === undefined ? [] : [rewriteText(filter.path)])].join(', ')}`;
    case 'mirror': return `RequestMirror ${filter.share === 1 ? '' : `${Math.round(filter.share * 1000) / 10}% `}to ${backendName(filter.backend, ir.backends[filter.backend])}`;
    case 'cors': return `CORS for ${filter.origins.join(', ') || 'no origin'}`;
    case 'auth': return `ExternalAuth asks ${backendName(filter.backend, ir.backends[filter.backend])} over ${filter.protocol}; what it refuses ends there`;
  }
}

function headersText({ set, add, remove }: { readonly set: readonly HeaderValue[]; readonly add: readonly HeaderValue[]; readonly remove: readonly string[] }): string {
  const pairs = (list: readonly HeaderValue[]): string => list.map(({ name, value }) => `${name}: ${value}`).join(', ');
  return [...(remove.length === 0 ? [] : [`remove ${remove.join(', ')}`]), ...(set.length === 0 ? [] : [`set ${pairs(set)}`]), ...(add.length === 0 ? [] : [`add ${pairs(add)}`])].join('; ') || 'without changes';
}

/** What becomes of a path in a few words. */
export function rewriteText(path: PathRewrite): string {
  return path.kind === 'full' ? `path to ${path.value}` : `prefix ${path.match === '' ? '/' : path.match} to ${path.value === '' ? '/' : path.value}`;
}

/** What is different in a request, one line each. */
export function changesBetween(before: RequestLook, after: RequestLook): string[] {
  const lines: string[] = [];
  if (before.target !== after.target) lines.push(`path ${before.target} → ${after.target}`);
  if (before.host !== after.host) lines.push(`host ${before.host} → ${after.host}`);
  const names = [...new Set([...before.headers, ...after.headers].map(({ name }) => name))];
  for (const name of names) {
    const [was, is] = [valuesOf(before, name), valuesOf(after, name)];
    if (was === is) continue;
    if (was === undefined) lines.push(`header ${name}: ${is ?? ''} is added`);
    else lines.push(is === undefined ? `header ${name} is removed` : `header ${name}: ${was} → ${is}`);
  }
  for (const name of after.withheld ?? []) if (before.withheld?.includes(name) !== true) lines.push(`header ${name} is removed`);
  return lines;
}

function valuesOf({ headers }: RequestLook, name: string): string | undefined {
  const values = headers.filter((it) => it.name === name).map(({ value }) => value);
  return values.length === 0 ? undefined : values.join(', ');
}
