import type { Hostname, PathMatch } from '../../ir/index.ts';
import { meets, type Predicates } from './predicates.ts';
import { compileRegex, type WholeMatch } from './regex.ts';
import type { RequestView } from './request-view.ts';

/** A compiled route: what it asks beyond the path, and what is done. */
export interface Rule<Action> {
  readonly predicates: Predicates | undefined;
  readonly action: Action;
}

/**
 * The routes of one hostname. Exact paths and prefixes are found in maps, prefixes only at the element boundaries whose
 * length occurs among them, so the number of routes does not matter; regular expressions are tried one after the other.
 */
export class HostTable<Action> {
  readonly hostname: Hostname;
  place = 0;
  private readonly exact = new Map<string, Rule<Action>[]>();
  private readonly regexes: { readonly regex: WholeMatch; readonly rule: Rule<Action> }[] = [];
  private readonly prefixes = new Map<string, Rule<Action>[]>();
  /** 1 at the lengths that prefixes have. */
  private prefixLengths = new Uint8Array(1);

  constructor(hostname: Hostname) {
    this.hostname = hostname;
  }

  /** Adds a route; routes are added in order of precedence. A path expression that does not compile never matches. */
  add(path: PathMatch, rule: Rule<Action>): void {
    if (path.kind === 'exact') push(this.exact, path.value, rule);
    else if (path.kind === 'prefix') this.addPrefix(path.value, rule);
    else {
      const regex = compileRegex(path.value);
      if (regex !== undefined) this.regexes.push({ regex, rule });
    }
  }

  /** The first route that matches, by precedence: exact path, expressions, prefixes from the longest. */
  find(request: RequestView): Rule<Action> | undefined {
    const { path } = request;
    if (this.exact.size > 0) {
      const found = firstMet(this.exact.get(path), request);
      if (found !== undefined) return found;
    }
    for (const { regex, rule } of this.regexes) {
      if (regex.matches(path) && (rule.predicates === undefined || meets(rule.predicates, request))) return rule;
    }
    return this.findPrefix(path, request);
  }

  private findPrefix(path: string, request: RequestView): Rule<Action> | undefined {
    const lengths = this.prefixLengths;
    for (let length = Math.min(path.length, lengths.length - 1); length > 0; length--) {
      if (lengths[length] !== 1 || (length < path.length && path.charCodeAt(length) !== 47)) continue;
      const found = firstMet(this.prefixes.get(path.slice(0, length)), request);
      if (found !== undefined) return found;
    }
    return lengths[0] === 1 ? firstMet(this.prefixes.get(''), request) : undefined;
  }

  private addPrefix(value: string, rule: Rule<Action>): void {
    push(this.prefixes, value, rule);
    if (value.length >= this.prefixLengths.length) {
      const longer = new Uint8Array(value.length + 1);
      longer.set(this.prefixLengths);
      this.prefixLengths = longer;
    }
    this.prefixLengths[value.length] = 1;
  }
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function firstMet<Action>(rules: readonly Rule<Action>[] | undefined, request: RequestView): Rule<Action> | undefined {
  if (rules === undefined) return undefined;
  for (const rule of rules) {
    if (rule.predicates === undefined || meets(rule.predicates, request)) return rule;
  }
  return undefined;
}
