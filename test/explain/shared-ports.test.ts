/** Gateways that listen on one port: each with an address of its own, in pods of their own, or really together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainRequest, readAsked, type RequestExplanation } from '../../src/explain/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { lower } from '../../src/lower/index.ts';
import { knownFrom } from './known.ts';

const api = 'gateway.networking.k8s.io/v1';
const gateway = (name: string, hostname?: string): object => ({
  apiVersion: api, kind: 'Gateway', metadata: { name, namespace: 'd' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', ...(hostname === undefined ? {} : { hostname }) }] },
});
const route = (name: string, parent: string, path: string): object => ({
  apiVersion: api, kind: 'HTTPRoute', metadata: { name, namespace: 'd' }, spec: { parentRefs: [{ name: parent }], rules: [{ matches: [{ path: { type: 'PathPrefix', value: path } }], filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: 'to.example' } }] }] },
});
const objects = [gateway('a'), gateway('b'), route('on-a', 'a', '/a'), route('on-b', 'b', '/b')];

/** `pods`: every Gateway binds all addresses of its own pods. */
function explained(url: string, where: 'addresses' | 'pods', asked?: string): RequestExplanation {
  const known = knownFrom(objects);
  const placement = new Map([...known.meaning.graph.gateways.keys()].map((key) => [key, { addresses: [{ type: 'IPAddress' as const, value: '203.0.113.1' }], bind: ['0.0.0.0'], ports: new Map<number, number>() }]));
  const question = readAsked({ method: 'GET', url, headers: [], ...(asked === undefined ? {} : { gateway: asked }) });
  assert.ok(typeof question !== 'string');
  return explainRequest(question, where === 'pods' ? { ...known, ir: lower(known.meaning.graph, placement) } : known, { rehearse, rehearseConnection });
}

test('the Gateway that serves a request is asked, and the others are mentioned', () => {
  for (const where of ['addresses', 'pods'] as const) {
    for (const [path, name] of [['/a', 'd/a'], ['/b', 'd/b']] as const) {
      const { gateway: found, status, warnings } = explained(`http://x.example${path}`, where);
      assert.deepEqual([found, status, warnings.length], [name, 302, 1], `${where} ${path}`);
    }
    assert.deepEqual([explained('http://x.example/a', where, 'd/b').gateway, explained('http://x.example/a', where, 'd/b').code], ['d/b', 'no-route']);
  }
});

test('an address asks the Gateway that has it', () => {
  const { gateway: found, code, warnings } = explained('http://127.0.10.2/a', 'addresses');
  assert.deepEqual([found, code, warnings], ['d/b', 'no-route', []]);
});

test('a Gateway that is not there is said', () => {
  const { code, cause } = explained('http://x.example/a', 'addresses', 'd/c');
  assert.deepEqual([code, cause], ['no-socket', 'there is no Gateway d/c.']);
});

test('a port that could not be opened is said, as far as the data plane tells', () => {
  const known = knownFrom(objects);
  const question = readAsked({ method: 'GET', url: 'http://x.example/a', headers: [], gateway: 'd/a' });
  assert.ok(typeof question !== 'string');
  const report = { listeners: { 'gateway/d/a/http': { state: 'failed' as const, reason: 'PortUnavailable' as const, message: '127.0.10.1:80 is in use by another program' } } };
  const { code, cause, mend } = explainRequest(question, { ...known, report }, { rehearse, rehearseConnection });
  assert.deepEqual([code, cause], ['no-socket', 'Gateway d/a is not served at 127.0.10.1:80: 127.0.10.1:80 is in use by another program.']);
  assert.match(mend, /other program/);
  assert.equal(explainRequest(question, { ...known, report: { listeners: { 'gateway/d/a/http': { state: 'serving' } } } }, { rehearse, rehearseConnection }).status, 302);
});
