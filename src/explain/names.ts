import { describeRef, type ObjectRef, type Origin } from '../contract/index.ts';
import type { Backend, BackendKey, Endpoint, Match, Mismatch, PathMatch, ValueMatch } from '../ir/index.ts';

/** `HTTPRoute shop/cart rules[0] (checkout), matches[1]`. */
export function ruleName(origin: Origin): string {
  const rule = origin.rule === undefined ? '' : ` rules[${origin.rule}]${origin.ruleName === undefined ? '' : ` (${origin.ruleName})`}`;
  return `${describeRef(origin)}${rule}${origin.match === undefined ? '' : `.matches[${origin.match}]`}`;
}

/** `listener https of Gateway infra/web`. */
export function listenerName(origin: Origin): string {
  return `listener ${origin.section ?? ''} of ${describeRef(origin)}`;
}

/** The Gateway that a listener serves for. */
export function gatewayOf({ parent, ...own }: Origin): ObjectRef {
  const { group, kind, namespace, name } = parent ?? own;
  return { group, kind, namespace, name };
}

/** `Service shop/cart port 80`. */
export function backendName(key: BackendKey, backend: Backend | undefined): string {
  const port = backendPort(key);
  return backend === undefined ? key : `${describeRef(backend.origin)}${port === undefined ? '' : ` port ${port}`}`;
}

/** The port of a Service that a key of a backend ends with. */
export function backendPort(key: BackendKey): string | undefined {
  return /\/(\d+)(?:\/[a-z]+)?$/.exec(key)?.[1];
}

/** `10.1.2.3:8080 (cart-7d9f)`. */
export function endpointName({ address, port, name }: Endpoint): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}${name === undefined ? '' : ` (${name})`}`;
}

/** The conditions of a match, in the order in which they are asked. */
export function matchText({ path, method, headers = [], query = [] }: Match): string {
  return [
    pathText(path), ...(method === undefined ? [] : [`method ${method}`]),
    ...headers.map((it) => `header ${valueText(it)}`), ...query.map((it) => `query ${valueText(it)}`),
  ].join(', ');
}

function pathText({ kind, value }: PathMatch): string {
  switch (kind) {
    case 'exact': return `path ${value}`;
    case 'prefix': return value === '' ? 'any path' : `path ${value} and below`;
    case 'regex': return `path matches ${value}`;
  }
}

function valueText({ name, kind, value }: ValueMatch): string {
  return kind === 'regex' ? `${name} matches ${value}` : `${name}=${value}`;
}

/** What a request lacks for a match. */
export function mismatchText({ part, name = '', wanted, seen }: Mismatch): string {
  switch (part) {
    case 'hostname': return `host ${seen ?? ''} is not of hostname ${wanted}`;
    case 'path': return pathMismatch(seen ?? '', wanted);
    case 'method': return `method is ${seen ?? ''}, not ${wanted}`;
    case 'header': return seen === undefined ? `no header ${name} (wanted: ${wanted})` : `header ${name} is ${valueMismatch(seen, wanted)}`;
    case 'query': return seen === undefined ? `no query parameter ${name} (wanted: ${wanted})` : `query parameter ${name} is ${valueMismatch(seen, wanted)}`;
    case 'expression': return `${wanted} is no expression of RE2: ${seen ?? ''}`;
  }
}

/** Expressions come as `matches EXPRESSION`; one of a path is anchored at both ends. */
function pathMismatch(seen: string, wanted: string): string {
  const [, expression] = /^matches (.*)$/s.exec(wanted) ?? [];
  return expression === undefined ? `path ${seen} is not ${wanted}` : `not the whole path ${seen} matches ${expression}`;
}

function valueMismatch(seen: string, wanted: string): string {
  return wanted.startsWith('matches ') ? `${seen}, which does not match ${wanted.slice('matches '.length)}` : `${seen}, not ${wanted}`;
}
