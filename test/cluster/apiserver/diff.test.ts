/** What applying files would do to the traffic of a real API server's objects. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, suite, test } from 'node:test';
import { knownOfInputs } from '../../../src/cli/diff-inputs.ts';
import { UsageError } from '../../../src/cli/command.ts';
import { rehearse, rehearseConnection } from '../../../src/proxy/index.ts';
import { compareTraffic } from '../../../src/trial/index.ts';
import { ControlPlane } from './control-plane.ts';
import { create } from './objects.ts';
import { noApiServer } from './programs.ts';

const execute = promisify(execFile);
const program = join(import.meta.dirname, '../../../src/cli/main.ts');
const judge = { plane: { rehearse, rehearseConnection }, now: 0 };

suite('diff of a cluster and files', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  const folder = mkdtempSync(join(tmpdir(), 'postern-diff-'));
  const known = process.env['KUBECONFIG'];
  before(async () => {
    plane = await ControlPlane.start();
    const access = plane.access();
    const cluster = { server: access.server.href, 'certificate-authority-data': Buffer.from(access.ca ?? '').toString('base64') };
    writeFileSync(join(folder, 'kubeconfig'), JSON.stringify({ clusters: [{ name: 'c', cluster }], users: [{ name: 'u', user: { token: await access.token() } }], contexts: [{ name: 'lab', context: { cluster: 'c', user: 'u' } }] }));
    process.env['KUBECONFIG'] = join(folder, 'kubeconfig');
    const metadata = (name: string): { namespace: string; name: string } => ({ namespace: 'default', name });
    await create(plane.client, 'GatewayClass', { metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } });
    await create(plane.client, 'Gateway', { metadata: metadata('web'), spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } });
    for (const name of ['a', 'b']) await create(plane.client, 'Service', { metadata: metadata(name), spec: { ports: [{ port: 80 }] } });
    await create(plane.client, 'HTTPRoute', { metadata: metadata('cart'), spec: { parentRefs: [{ name: 'web' }], hostnames: ['a.example'], rules: [{ backendRefs: [{ name: 'a', port: 80 }] }] } });
    await create(plane.client, 'HTTPRoute', { metadata: metadata('other'), spec: { parentRefs: [{ name: 'web' }], hostnames: ['b.example'], rules: [{ backendRefs: [{ name: 'b', port: 80 }] }] } });
  });
  after(async () => {
    if (known === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = known;
    rmSync(folder, { recursive: true, force: true });
    await plane?.close();
  });

  test('files take the place of objects, and the rest of the cluster stays', { timeout: 90_000 }, async () => {
    const file = join(folder, 'cart.yaml');
    const route = (backend: string): string => JSON.stringify({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'cart' }, spec: { parentRefs: [{ name: 'web' }], hostnames: ['a.example'], rules: [{ backendRefs: [{ name: backend, port: 80 }] }] } });
    writeFileSync(file, route('a'));
    const [was, same] = await knownOfInputs('context:lab', file, { strict: false, beside: [] });
    assert.deepEqual(compareTraffic(was, same, judge).changes, []);
    writeFileSync(file, route('b'));
    const [before, applied] = await knownOfInputs('context:lab', file, { strict: false, beside: [] });
    assert.deepEqual(compareTraffic(before, applied, judge).changes.map((it) => [it.before, it.after, it.what]), [['default/a:80', 'default/b:80', ['a.example: any path']]]);
    const [routes, others] = await knownOfInputs(file, file, { strict: false, beside: ['context:lab'] });
    assert.deepEqual([routes.meaning.graph.routes.length, others.meaning.graph.gateways.size], [2, 1], 'routes alone, for a cluster that has the Gateway');
    const [reverse] = await knownOfInputs(file, 'context:lab', { strict: false, beside: [] });
    assert.equal(reverse.meaning.graph.routes.length, 2);
  });

  test('route tests against the cluster, with files applied to it', { timeout: 90_000 }, async () => {
    const tests = join(folder, 'tests.yaml');
    const expecting = (backend: string): string => JSON.stringify({ apiVersion: 'postern.dev/v1alpha1', kind: 'RouteTest', metadata: { name: 'cart' }, spec: { gateway: 'web', cases: [{ request: 'http://a.example/', expect: { route: 'cart', backend } }] } });
    const ran = async (): Promise<string> => (await execute(process.execPath, [program, 'test', tests, '--context', 'lab'])).stdout;
    writeFileSync(tests, expecting('a'));
    assert.match(await ran(), /^1 passed; they reach 1 of 2 rules/);
    writeFileSync(tests, `${expecting('b')}\n---\n${readFileSync(join(folder, 'cart.yaml'), 'utf8')}`);
    assert.match(await ran(), /^1 passed/);
  });

  test('a context that is not there', async () => {
    await assert.rejects(knownOfInputs('context:nowhere', folder, { strict: false, beside: [] }), (error) => error instanceof UsageError && /no context "nowhere"/.test(error.message));
  });
});
