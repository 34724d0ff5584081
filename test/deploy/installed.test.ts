/** `postern install`, `postern doctor` and the chart against a real API server. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { findHelm } from '../../scripts/chart/helm.ts';
import { ControlPlane, type User } from '../cluster/apiserver/control-plane.ts';
import { noApiServer } from '../cluster/apiserver/programs.ts';

const root = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'postern-install-'));
const noHelm = findHelm() === undefined && 'no Helm: npm run cluster -- build helm (needs Go), or name one with $HELM';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

interface Outcome {
  readonly code: number;
  readonly text: string;
}

function ran(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Outcome> {
  return new Promise((settle) => {
    execFile(program, args, { env, maxBuffer: 1 << 26 }, (error, stdout, stderr) => settle({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, text: `${stdout}${stderr}` }));
  });
}

async function kubeconfig(plane: ControlPlane, user: User): Promise<string> {
  const { server, ca, token } = plane.access(user);
  const file = join(folder, `${server.port}-${user}.conf`);
  writeFileSync(file, JSON.stringify({
    apiVersion: 'v1', kind: 'Config', 'current-context': 'it', contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    clusters: [{ name: 'it', cluster: { server: server.origin, 'certificate-authority-data': Buffer.from(ca!).toString('base64') } }],
    users: [{ name: 'it', user: { token: await token() } }],
  }));
  return file;
}

async function helm(plane: ControlPlane, ...args: readonly string[]): Promise<Outcome> {
  return ran(findHelm()!, args, { ...process.env, KUBECONFIG: await kubeconfig(plane, 'admin'), HELM_CACHE_HOME: folder, HELM_CONFIG_HOME: folder, HELM_DATA_HOME: folder });
}

const chart = join(root, 'deploy/chart/postern');

after(() => rmSync(folder, { recursive: true, force: true }));

suite('an installation', { skip: noApiServer, timeout: 180_000 }, () => {
  let plane: ControlPlane;

  async function postern(user: User, ...args: readonly string[]): Promise<Outcome> {
    return ran(process.execPath, [join(root, 'src/cli/main.ts'), ...args, '--kubeconfig', await kubeconfig(plane, user)]);
  }

  before(async () => {
    plane = await ControlPlane.start({ crds: false });
  });
  after(() => plane.close());

  test('where the Gateway API is missing the class is refused, and all else is made', async () => {
    const { code, text } = await postern('admin', 'install');
    assert.equal(code, 1, text);
    assert.match(text, /^GatewayClass postern refused: the Gateway API is not installed; give --gateway-api/m);
    for (const made of ['Namespace postern-system', 'CustomResourceDefinition gatewayparameters.postern.dev', 'Deployment postern-system/postern']) assert.ok(text.includes(`${made} created\n`), text);
    assert.match(text, /^1 refused\.$/m);
  });

  test('the doctor says that it is missing, and that nothing runs', async () => {
    const { code, text } = await postern('admin', 'doctor');
    assert.equal(code, 1, text);
    assert.match(text, /^problem {2}Gateway API: its kinds are not known to the API server\n +→ postern install --gateway-api/m);
    assert.match(text, /^problem {2}Controller postern-system\/postern: 0 of 2 ready/m);
    assert.match(text, /^problem {2}Lease postern-system\/postern: nobody holds it/m);
    assert.match(text, /^ok {7}Permissions of postern-system\/postern: all \d+ given$/m);
  });

  test('with the Gateway API all is made, and the second time nothing changes', async () => {
    const first = await postern('admin', 'install', '--gateway-api');
    assert.equal(first.code, 0, first.text);
    assert.match(first.text, /^CustomResourceDefinition httproutes\.gateway\.networking\.k8s\.io created$/m);
    assert.match(first.text, /^GatewayClass postern created$/m);
    const second = await postern('admin', 'install', '--gateway-api');
    assert.equal(second.code, 0, second.text);
    assert.deepEqual(second.text.split('\n').filter((it) => !it.endsWith(' unchanged') && it !== ''), ['postern doctor says how it goes on.']);
  });

  test('definitions that are newer, or of another channel, stay as they are', async () => {
    const annotate = (name: string, annotations: object): Promise<unknown> => plane.client.call({ method: 'PATCH', path: `${definitions}/${name}`, contentType: 'application/merge-patch+json', body: { metadata: { annotations } } });
    await annotate('gateways.gateway.networking.k8s.io', { 'gateway.networking.k8s.io/bundle-version': 'v1.8.0' });
    await annotate('grpcroutes.gateway.networking.k8s.io', { 'gateway.networking.k8s.io/channel': 'standard' });
    await annotate('gatewayparameters.postern.dev', { 'postern.dev/release': 'v99.0.0' });
    const { code, text } = await postern('admin', 'install', '--gateway-api');
    assert.equal(code, 1, text);
    assert.match(text, /^CustomResourceDefinition gateways\.\S+ left as it is: .* newer: v1\.8\.0, not v1\.7\.0$/m);
    assert.match(text, /^CustomResourceDefinition grpcroutes\.\S+ left as it is: .*channel standard, not experimental$/m);
    assert.match(text, /^CustomResourceDefinition gatewayparameters\.\S+ left as it is: .*newer: v99\.0\.0/m);
    assert.match((await postern('admin', 'doctor')).text, /^warning {2}Gateway API: v1\.7\.0 and v1\.8\.0, channel experimental and standard, 14 kinds: a mixture/m);
  });

  test('a right that is taken away is seen', async () => {
    const roles = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/postern-postern-system';
    await plane.client.call({ method: 'DELETE', path: roles });
    const { code, text } = await postern('admin', 'doctor', '-o', 'json');
    assert.equal(code, 1);
    const diagnoses = JSON.parse(text) as readonly { readonly health: string; readonly subject: string; readonly says: string }[];
    assert.ok(diagnoses.some((it) => it.health === 'problem' && it.says === 'may not patch httproutes/status.gateway.networking.k8s.io' && it.subject === 'Permissions of postern-system/postern'), text);
  });

  test('who may read little is told what cannot be said', async () => {
    const { text } = await postern('stranger', 'doctor');
    assert.match(text, /^warning {2}CustomResourceDefinitions: cannot be read: .*forbidden/m);
    assert.match(text, /^warning {2}Deployments: cannot be read: .*forbidden/m);
  });

  test('the chart is taken by the API server, and what Helm made is left to Helm', { skip: noHelm }, async () => {
    const sets = ['--set', 'gatewayClass.name=edge,controllerName=edge.example/controller,networkPolicy.enabled=true'];
    const installed = await helm(plane, 'upgrade', '--install', 'postern', chart, '--namespace', 'edge', '--create-namespace', ...sets);
    assert.equal(installed.code, 0, installed.text);
    assert.match(installed.text, /gatewayClassName: edge/);
    assert.match(installed.text, /The cluster has Gateway API v1\.8\.0, channel experimental; Postern is made for v1\.7\.0\./);
    const { code, text } = await postern('admin', 'install', '-n', 'edge', '--image', 'other:1');
    assert.equal(code, 1, text);
    assert.match(text, /^Deployment edge\/postern refused: .*conflict.*helm/mi);
  });
});

suite('the chart in an empty cluster', { skip: noApiServer === false ? noHelm : noApiServer, timeout: 180_000 }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start({ crds: false });
  });
  after(() => plane.close());

  async function names(): Promise<string[]> {
    const { items } = await plane.client.call<{ items: { metadata: { name: string } }[] }>({ method: 'GET', path: definitions });
    return items.map((it) => it.metadata.name);
  }

  test('brings the Gateway API along if asked, is upgraded, goes and comes under another name; definitions stay', async () => {
    const place = ['--namespace', 'edge', '--create-namespace'];
    const without = await helm(plane, 'upgrade', '--install', 'first', chart, ...place);
    assert.notEqual(without.code, 0);
    assert.match(without.text, /no matches for kind "GatewayClass"/);
    const steps: readonly (readonly string[])[] = [
      ['upgrade', '--install', 'first', chart, ...place, '--set', 'gatewayAPI.install=true'],
      ['upgrade', 'first', chart, ...place, '--set', 'replicas=3'],
      ['uninstall', 'first', '--namespace', 'edge'],
      ['upgrade', '--install', 'second', chart, ...place],
    ];
    for (const step of steps) {
      const { code, text } = await helm(plane, ...step);
      assert.equal(code, 0, `helm ${step.join(' ')}\n${text}`);
      const all = await names();
      assert.equal(all.filter((it) => it.includes('gateway.networking.')).length, 14);
      assert.ok(all.includes('gatewayparameters.postern.dev'));
    }
  });
});
