/** What is recorded of an access log passes as tests: on generated configurations, with lines as the proxy writes them of its own decisions. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { recordedText } from '../../src/cli/record-tests.ts';
import { toLogged } from '../../src/cli/all-logged.ts';
import { readLogLine } from '../../src/cli/log-line.ts';
import { readAsked, type Written } from '../../src/explain/index.ts';
import type { BackendKey, Ir } from '../../src/ir/index.ts';
import { refusalAnswer } from '../../src/proxy/http1/answer.ts';
import { requestLine } from '../../src/proxy/observe/log-line.ts';
import { Meters } from '../../src/proxy/observe/meters.ts';
import { BackendMeter } from '../../src/proxy/observe/backend-meter.ts';
import { Observation } from '../../src/proxy/observe/observation.ts';
import { headText, readHead } from '../../src/proxy/rehearsal/request-look.ts';
import { compileSockets } from '../../src/proxy/route/compiled-sockets.ts';
import { decide } from '../../src/proxy/route/decide.ts';
import type { SocketTable } from '../../src/proxy/route/socket-table.ts';
import { newStats } from '../../src/proxy/stats.ts';
import type { BackendPool } from '../../src/proxy/upstream/backend-pool.ts';
import { buildModel } from '../../src/model/index.ts';
import { record, runTests, type Logged } from '../../src/trial/index.ts';
import { parseAllDocuments } from 'yaml';
import { configurations, grpcRoutes, written } from '../explain/generated.ts';
import { knownFrom } from '../explain/known.ts';
import { plane } from './goldens.ts';

const runs = Number(process.env['TRIAL_PAIRS'] ?? 30);

function tableOf(ir: Ir): SocketTable | undefined {
  const poolOf = (key: BackendKey): BackendPool => ({ key }) as unknown as BackendPool;
  return compileSockets(ir, poolOf, { defaultRequestMs: 0, meters: new Meters(false), tracerOf: () => undefined }).values().next().value;
}

/** The line that the proxy writes of a request; undefined where it could not read it, or somebody would be asked first. */
function loggedOf(request: Written, table: SocketTable, ir: Ir): Logged | undefined {
  const asked = readAsked(request);
  if (typeof asked === 'string' || asked.kind !== 'request') return undefined;
  const head = readHead(headText(asked.request));
  if (typeof head === 'string') return undefined;
  const observation = new Observation({ stats: newStats(), observers: [], isCutOff: false });
  observation.begin(table.meter);
  const facts = { method: head.line.method, scheme: 'http' as const, authority: head.host, path: head.line.path, query: head.line.query, userAgent: '', clientAddress: '127.0.0.1', requestId: '1', protocol: '1.1' as const, peer: { address: '127.0.0.1', port: 1 } };
  const decision = decide(table, '', head, observation);
  if (typeof decision === 'string') {
    observation.status = refusalAnswer(decision).status;
    observation.cause = decision;
  } else if ('gate' in decision) return undefined;
  else if ('target' in decision) {
    const { key } = decision.target.pool as unknown as { readonly key: string };
    observation.backend = new BackendMeter(key, ir.backends[key]?.origin);
    observation.status = 200;
  } else {
    observation.status = decision.status;
    observation.cause = decision.cause ?? '';
  }
  const line = readLogLine(requestLine(observation, facts, { format: 'json', query: true }));
  assert.ok(line !== undefined);
  return toLogged(line);
}

test('what is recorded passes', { timeout: 3_600_000 }, async () => {
  let taken = 0;
  let all = 0;
  await fc.assert(fc.asyncProperty(fc.tuple(configurations({ a: 1, b: 2 }), grpcRoutes), fc.array(written, { minLength: 10, maxLength: 10 }), async ([objects, routes], requests) => {
    const known = knownFrom([...objects, ...routes]);
    const table = tableOf(known.ir);
    if (table === undefined) return;
    const logged = requests.flatMap((it) => loggedOf(it, table, known.ir) ?? []);
    const recording = record(logged, known, plane);
    all += logged.length;
    taken += recording.taken;
    assert.equal(recording.taken + recording.left.length, logged.length);
    const documents = parseAllDocuments(await recordedText(recording, 'access.json')).flatMap((it) => (it.contents === null ? [] : [it.toJS() as object]));
    const { model, findings } = testsIn(documents);
    assert.deepEqual(findings.filter(({ severity }) => severity === 'error'), []);
    for (const { passed, request, faults } of runTests(model, known, plane).results) assert.ok(passed, `${request}: ${JSON.stringify(faults)}`);
  }), { numRuns: runs, endOnFailure: true });
  assert.ok(taken > all / 2, `${taken} of ${all} are recorded`);
});

function testsIn(documents: readonly object[]): { readonly model: ReturnType<typeof buildModel>; readonly findings: ReturnType<typeof buildModel>['findings'] } {
  const model = buildModel({ objects: documents.map((value, order) => ({ value, generation: 1, order, locate: () => undefined, excerpt: () => undefined })), findings: [] });
  return { model, findings: model.findings };
}

test('ports that whoever serves has mapped are those of the listeners, and headers are made up where a rule asks for them', async () => {
  const known = knownFrom([
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'g', namespace: 'default' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'any', port: 80, protocol: 'HTTP' }] } },
    { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r', namespace: 'default' }, spec: { parentRefs: [{ name: 'g' }], rules: [
      { name: 'canary', matches: [{ headers: [{ name: 'x-canary', value: '1' }] }], backendRefs: [{ name: 'b', port: 80 }] }, { backendRefs: [{ name: 'a', port: 80 }] },
    ] } },
    ...['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { ports: [{ port: 80 }] } })),
    ...['a', 'b'].map((name) => ({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } }, ports: [{ port: 80 }], endpoints: [{ addresses: ['127.0.0.1'] }] })),
  ]);
  const line = (rule: string, backend: string): Logged => ({ written: { method: 'GET', url: 'http://a.example:8080/x', headers: [], gateway: 'default/g' }, listener: 'any', route: 'HTTPRoute/default/r', rule, backend: `Service/default/${backend}:80`, status: 200 });
  const recording = record([line('canary', 'b'), line('1', 'a'), line('1', 'gone')], known, plane);
  assert.deepEqual([recording.taken, recording.left.length], [2, 1]);
  assert.deepEqual(recording.cases.get('default/g'), [
    { name: 'HTTPRoute default/r rule canary', headers: { 'x-canary': '1' }, expect: { route: 'HTTPRoute/default/r', rule: 'canary', backend: 'default/b:80' }, requests: ['GET http://a.example/x'] },
    { name: 'HTTPRoute default/r rule 1', headers: {}, expect: { route: 'HTTPRoute/default/r', rule: 1, backend: 'default/a:80' }, requests: ['GET http://a.example/x'] },
  ]);
  assert.match(await recordedText(recording, 'x'), /^# Made by postern test --record of 2 requests in x\.\n/);
});
