import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Applied } from '../controller/index.ts';
import type { Action, Ir, Listener, Match } from '../ir/index.ts';
import { curlLines } from './curl-lines.ts';

const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'web' };
const respond: Action = { kind: 'respond', status: 500, because: 'x' };

interface Plan {
  readonly socket?: { readonly address: string; readonly port: number };
  readonly protocol?: Listener['protocol'];
  readonly hostname?: string;
  readonly routes: readonly { readonly match: Match; readonly action?: Action }[];
}

function lines({ socket = { address: '127.0.10.1', port: 80 }, protocol = 'http', hostname = '', routes }: Plan, most = 10): string[] {
  const ir: Ir = {
    sockets: { s: socket },
    listeners: { l: { socket: 's', protocol, port: 80, hostname: '', hosts: [{ hostname, routes: routes.map((_, index) => `r${index}`) }], origin } },
    routes: Object.fromEntries(routes.map(({ match, action = respond }, index) => [`r${index}`, { match, action, origin: { ...origin, rule: index } }])),
    backends: {}, endpoints: {}, certificates: {},
  } as Ir;
  return curlLines({ ir } as Applied, most);
}

const exact = (value: string): Match => ({ path: { kind: 'exact', value } });

test('a bare route is a bare line', () => {
  assert.deepEqual(lines({ routes: [{ match: { path: { kind: 'prefix', value: '' } } }] }), ['curl http://127.0.10.1/']);
});

test('host, port, method, headers and query are said', () => {
  const match: Match = {
    path: { kind: 'prefix', value: '/api' }, method: 'POST', headers: [{ name: 'x-user', kind: 'exact', value: "it's me" }, { name: 'x-any', kind: 'regex', value: '.*' }],
    query: [{ name: 'a b', kind: 'exact', value: 'c&d' }, { name: 'r', kind: 'regex', value: '.' }],
  };
  assert.deepEqual(lines({ socket: { address: '127.0.10.1', port: 8080 }, hostname: 'www.example.com', routes: [{ match }] }), [
    `curl -X POST -H 'Host: www.example.com' -H 'x-user: it'\\''s me' 'http://127.0.10.1:8080/api?a%20b=c%26d'`,
  ]);
});

test('a wildcard becomes a name, TLS gets the name by --resolve, IPv6 its brackets', () => {
  assert.deepEqual(lines({ hostname: '*.example.com', routes: [{ match: exact('/x') }] }), ["curl -H 'Host: www.example.com' http://127.0.10.1/x"]);
  assert.deepEqual(lines({ socket: { address: '::1', port: 8443 }, protocol: 'https', hostname: 'a.example.com', routes: [{ match: exact('/x') }] }), [
    "curl -k --resolve 'a.example.com:8443:[::1]' https://a.example.com:8443/x",
  ]);
  assert.deepEqual(lines({ socket: { address: '127.0.0.1', port: 443 }, protocol: 'https', routes: [{ match: exact('/x') }] }), ['curl -k https://127.0.0.1/x']);
});

test('a redirect shows its head', () => {
  assert.deepEqual(lines({ routes: [{ match: exact('/old'), action: { kind: 'redirect', status: 302, filters: [] } }] }), ['curl -i http://127.0.10.1/old']);
});

test('an expression has no line, a rule has one, and no more than asked for are made', () => {
  const routes = [{ match: { path: { kind: 'regex', value: '/.*' } } as Match }, { match: exact('/a') }, { match: exact('/b') }, { match: exact('/c') }];
  assert.deepEqual(lines({ routes }, 2), ['curl http://127.0.10.1/a', 'curl http://127.0.10.1/b']);
});
