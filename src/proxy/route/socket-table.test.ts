import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostRoutes, Ir, Match } from '../../ir/index.ts';
import { Meters } from '../observe/meters.ts';
import { canonicalHost, covers } from './hostname.ts';
import { checkRegex } from './regex.ts';
import type { RequestView } from './request-view.ts';
import { compileSockets } from './compiled-sockets.ts';

const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'test' };

/** Routes answer with their own key, so a test sees which one was found. */
function irWith(listeners: Readonly<Record<string, readonly HostRoutes[]>>, matches: Readonly<Record<string, Partial<Match>>>): Ir {
  return {
    sockets: { s: { address: '127.0.0.1', port: 0 } },
    listeners: Object.fromEntries(Object.entries(listeners).map(([hostname, hosts]) => [
      `l-${hostname}`, { socket: 's', protocol: 'http' as const, port: 80, hostname, hosts, origin },
    ])),
    routes: Object.fromEntries(Object.entries(matches).map(([key, match]) => [
      key, { match: { path: { kind: 'prefix' as const, value: '' }, ...match }, action: { kind: 'respond' as const, status: 200, because: key }, origin },
    ])),
    backends: {}, endpoints: {}, certificates: {},
  };
}

interface Asked {
  readonly host?: string;
  readonly path?: string;
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function finder(ir: Ir): (asked: Asked) => string {
  const table = compileSockets(ir, () => { throw new Error('no backends here'); }, { defaultRequestMs: 0, meters: new Meters(false), tracerOf: () => undefined }).get('s');
  return ({ host = 'a.example', path = '/', method = 'GET', query = '', headers = {} }) => {
    const resolution = table?.resolve(host);
    if (resolution === undefined) return 'no listener';
    const view: RequestView = { method, path, query, host, header: (name) => headers[name] };
    for (const hostTable of resolution.hosts) {
      const rule = hostTable.find(view);
      if (rule !== undefined) return rule.action.kind === 'respond' ? rule.action.because : rule.action.kind;
    }
    return 'no route';
  };
}

const everyHost = (routes: readonly string[]): Record<string, HostRoutes[]> => ({ '': [{ hostname: '', routes }] });

test('hosts are compared without case, port and trailing dot', () => {
  assert.equal(canonicalHost('WWW.Example.com.:8080'), 'www.example.com');
  assert.equal(canonicalHost('[::1]:80'), '[::1]');
  assert.ok(covers('*.example.com', 'a.b.example.com'));
  assert.ok(!covers('*.example.com', 'example.com'));
  assert.ok(!covers('*.example.com', 'badexample.com'));
  assert.ok(!covers('a.com', 'b.com'));
});

test('a request belongs to the listener with the most specific hostname, and to no other', () => {
  const hosts = (hostname: string, route: string): HostRoutes[] => [{ hostname, routes: [route] }];
  const find = finder(irWith({
    '': hosts('', 'any'), '*.example.com': hosts('*.example.com', 'wild'), '*.b.example.com': hosts('*.b.example.com', 'deeper'),
    'x.b.example.com': [{ hostname: 'x.b.example.com', routes: ['exact'] }],
  }, { any: {}, wild: {}, deeper: {}, exact: { path: { kind: 'exact', value: '/only' } } }));
  assert.equal(find({ host: 'other.org' }), 'any');
  assert.equal(find({ host: 'example.com' }), 'any');
  assert.equal(find({ host: 'A.example.com:80' }), 'wild');
  assert.equal(find({ host: 'y.b.example.com' }), 'deeper');
  assert.equal(find({ host: 'x.b.example.com', path: '/only' }), 'exact');
  assert.equal(find({ host: 'x.b.example.com' }), 'no route');
  assert.equal(find({ host: '' }), 'any');
});

test('without a listener for the host there is none', () => {
  const find = finder(irWith({ 'a.com': [{ hostname: 'a.com', routes: ['r'] }] }, { r: {} }));
  assert.equal(find({ host: 'b.com' }), 'no listener');
  assert.equal(find({ host: '' }), 'no listener');
});

test('hosts of a listener are tried in order until a route matches', () => {
  const find = finder(irWith({ '': [{ hostname: 'abc.example.com', routes: ['narrow'] }, { hostname: '*.example.com', routes: ['wide'] }] },
    { narrow: { path: { kind: 'prefix', value: '/foo' } }, wide: {} }));
  assert.equal(find({ host: 'abc.example.com', path: '/foo/bar' }), 'narrow');
  assert.equal(find({ host: 'abc.example.com', path: '/bar' }), 'wide');
  assert.equal(find({ host: 'other.example.com', path: '/foo' }), 'wide');
  assert.equal(find({ host: 'elsewhere.org', path: '/foo' }), 'no route');
});

test('exact paths come before expressions, those before prefixes, long prefixes before short ones', () => {
  const find = finder(irWith(everyHost(['exact', 'regex', 'long', 'short', 'all']), {
    exact: { path: { kind: 'exact', value: '/v2/x' } }, regex: { path: { kind: 'regex', value: '/v[0-9]+/re.*' } },
    long: { path: { kind: 'prefix', value: '/v2/re' } }, short: { path: { kind: 'prefix', value: '/v2' } }, all: {},
  }));
  const cases = [['/v2/x', 'exact'], ['/v2/x/', 'short'], ['/v2/re', 'regex'], ['/v2/rex', 'regex'], ['/v2', 'short'], ['/v2/', 'short'],
    ['/v2example', 'all'], ['/V2', 'all'], ['/', 'all'], ['/x/v2/re', 'all'], ['*', 'all']] as const;
  for (const [path, route] of cases) assert.equal(find({ path }), route, path);
  const prefixOnly = finder(irWith(everyHost(['p']), { p: { path: { kind: 'prefix', value: '/a/b' } } }));
  assert.equal(prefixOnly({ path: '/a/b/c' }), 'p');
  assert.equal(prefixOnly({ path: '/a/bc' }), 'no route');
  assert.equal(prefixOnly({ path: '/a' }), 'no route');
});

test('conditions decide among routes of one path, and a miss falls through to the next prefix', () => {
  const path = { kind: 'prefix', value: '/a' } as const;
  const find = finder(irWith(everyHost(['method', 'two', 'one', 'query', 'regex', 'rest']), {
    method: { path, method: 'POST' },
    two: { path, headers: [{ name: 'v', kind: 'exact', value: '2' }, { name: 'c', kind: 'exact', value: 'Red' }] },
    one: { path, headers: [{ name: 'v', kind: 'exact', value: '2' }] },
    query: { path, query: [{ name: 'A b', kind: 'exact', value: 'c d&' }] },
    regex: { path, query: [{ name: 'r', kind: 'regex', value: '[a-c]+' }] },
    rest: {},
  }));
  assert.equal(find({ path: '/a', method: 'POST' }), 'method');
  assert.equal(find({ path: '/a', method: 'post' }), 'rest');
  assert.equal(find({ path: '/a', headers: { v: '2', c: 'Red' } }), 'two');
  assert.equal(find({ path: '/a', headers: { v: '2', c: 'red' } }), 'one');
  assert.equal(find({ path: '/a', query: '?x&A+b=c%20d%26&A+b=2' }), 'query');
  assert.equal(find({ path: '/a', query: '?A+b=2&A+b=c%20d%26' }), 'rest');
  assert.equal(find({ path: '/a', query: '?a+b=c%20d%26' }), 'rest');
  assert.equal(find({ path: '/a', query: '?r=abc' }), 'regex');
  assert.equal(find({ path: '/a', query: '?r=abcd' }), 'rest');
});

test('a route whose expression is not RE2 never matches', () => {
  const find = finder(irWith(everyHost(['bad', 'rest']), { bad: { path: { kind: 'regex', value: '(?=a)' } }, rest: {} }));
  assert.equal(find({}), 'rest');
  assert.equal(checkRegex('a+'), undefined);
  assert.match(checkRegex('(?=a)') ?? '', /invalid/);
});
