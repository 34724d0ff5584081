/** The same for TLS: certificates by server name, connections that were made for another host, and streams by server name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainRequest, readAsked, type Known, type Meaning } from '../../src/explain/index.ts';
import { compareTraffic } from '../../src/trial/index.ts';
import { meantBy, plane } from './goldens.ts';

const pairs = Number(process.env['TRIAL_PAIRS'] ?? 30);
type Meant = Known & { readonly meaning: Meaning };
const api = 'gateway.networking.k8s.io/v1';
const names = ['a.example', 'b.a.example', '*.a.example', '*.example', 'c.example'];
const hosts = ['a.example', 'b.a.example', 'x.a.example', 'y.x.a.example', 'c.example', 'other.example', 'nobody.org'];

const listener = fc.record({
  hostname: fc.constantFrom('', ...names), certificate: fc.constantFrom('one', 'two', 'wild'), kind: fc.constantFrom('HTTPS', 'HTTPS', 'HTTPS', 'TLS'), port: fc.constantFrom(443, 443, 8443),
});
const route = fc.record({ kind: fc.constantFrom('HTTPRoute', 'HTTPRoute', 'TLSRoute'), hostnames: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 }), backend: fc.constantFrom('a', 'b', 'gone') });
const secrets = fc.record({ one: fc.constantFrom('a.example', '*.a.example'), two: fc.constantFrom('b.a.example', 'c.example *.example'), wild: fc.constantFrom('*.example', '*.a.example *.example') });

const configuration = fc.record({
  listeners: fc.uniqueArray(listener, { minLength: 1, maxLength: 4, selector: ({ hostname, port }) => `${hostname} ${port}` }), routes: fc.array(route, { minLength: 1, maxLength: 4 }), secrets,
});
type Configuration = typeof configuration extends fc.Arbitrary<infer T> ? T : never;

function objectsOf({ listeners, routes, secrets: certificates }: Configuration): object[] {
  return [
    { apiVersion: api, kind: 'Gateway', metadata: { name: 'g', namespace: 'default' }, spec: { gatewayClassName: 'postern', listeners: listeners.map(({ hostname, certificate, kind, port }) => ({
      name: `l-${port}-${hostname.replaceAll('*', 'w').replaceAll('.', '-')}x`, port, protocol: kind, ...(hostname === '' ? {} : { hostname }), tls: kind === 'TLS' ? { mode: 'Passthrough' } : { certificateRefs: [{ name: certificate }] },
    })) } },
    ...routes.map(({ kind, hostnames, backend }, index) => ({ apiVersion: api, kind, metadata: { name: `r${index}`, namespace: 'default' }, spec: { parentRefs: [{ name: 'g' }], hostnames, rules: [{ backendRefs: [{ name: backend, port: 80 }] }] } })),
    ...Object.entries(certificates).map(([name, dns]) => ({ apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name, namespace: 'default' }, stringData: { 'tls.crt': `CERT ${dns}`, 'tls.key': 'KEY' } })),
    ...['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }] } })),
  ];
}

const edited = fc.tuple(configuration, configuration, fc.constantFrom('listeners', 'routes', 'secrets', 'all')).map(([before, other, part]) => ({
  before, after: part === 'all' ? other : { ...before, [part]: other[part as 'routes'] },
}));

const question = fc.record({ host: fc.constantFrom(...hosts), serverName: fc.option(fc.constantFrom(...hosts), { nil: undefined, freq: 3 }), port: fc.constantFrom(443, 443, 8443), scheme: fc.constantFrom('https', 'https', 'tls') });
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

interface Fate {
  readonly certificate: string | undefined;
  readonly end: string;
}

function withoutTries({ meaning }: Meant): Meaning {
  const { trying: _, ...rest } = meaning;
  return rest;
}

function fateOf({ host, serverName, port, scheme }: Question, known: Meant): Fate {
  const asked = readAsked({ method: 'GET', url: `${scheme}://${host}:${port}/`, headers: [], ...(serverName === undefined ? {} : { serverName }) });
  assert.ok(typeof asked !== 'string');
  const { answer, targets, certificate } = explainRequest(asked, { ...known, meaning: withoutTries(known) }, plane);
  return { certificate, end: JSON.stringify([targets.length > 0 ? targets.map(({ backend, instead }) => instead ?? backend) : answer]) };
}

/** `default/a:80`, or `''` where no backend gets it. */
function backendIn({ end }: Fate): string {
  const name = /Service default\/(\w+) port 80/.exec(end)?.[1];
  return name === undefined ? '' : `default/${name}:80`;
}

test('what differs under TLS is reported, and nothing else', () => {
  let differing = 0;
  let certificates = 0;
  fc.assert(fc.property(edited, fc.array(question, { minLength: 20, maxLength: 20 }), ({ before, after }, questions) => {
    const [a, b] = [meantBy(objectsOf(before)), meantBy(objectsOf(after))];
    const { changes } = compareTraffic(a, b, { plane, now: 0 });
    for (const it of questions) {
      const [was, is] = [fateOf(it, a), fateOf(it, b)];
      if (was.end !== is.end) {
        differing++;
        const [from, to] = [backendIn(was), backendIn(is)];
        assert.ok(changes.some((one) => one.kind !== 'certificate' && (one.ports.length === 0 || one.ports.some((text) => text.endsWith(`port ${it.port}`))) && (one.kind !== 'request' && one.kind !== 'connection' || one.before.includes(from) && one.after.includes(to))), `${JSON.stringify(it)}: ${was.end} → ${is.end} is not among\n${JSON.stringify(changes)}`);
        if (from !== '' && to !== '') assert.ok(changes.some((one) => one.before.includes(from) && one.after.includes(to) && one.from?.rule !== undefined), `${JSON.stringify(it)}: ${from} → ${to} is not among\n${JSON.stringify(changes)}`);
      } else if (was.certificate !== is.certificate) {
        certificates++;
        assert.ok(changes.some(({ kind }) => kind === 'certificate' || kind === 'listener'), `${JSON.stringify(it)}: ${was.certificate ?? ''} → ${is.certificate ?? ''} is not told`);
      }
    }
    assert.deepEqual(compareTraffic(a, a, { plane, now: 0 }).changes, []);
  }), { numRuns: pairs * 3, endOnFailure: process.env['SHRINK'] !== '1' });
  assert.ok(differing > pairs && certificates > 0, `${differing} ${certificates}`);
});
