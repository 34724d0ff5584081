/** `npm run bench:envoy`: routes that are added, edited, and lose and gain endpoints, with an Envoy that carries a steady load. No request may fail, no connection may be drained. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Children } from './children.ts';
import { chooseCores } from './cores.ts';
import { endOnSignals } from './end-on-signals.ts';
import { steadyClients, type SteadyClients } from './envoy/steady-clients.ts';
import { freePort } from './free-port.ts';
import { gateway, httpRoute, listener, service } from './manifests.ts';
import { bundle, servePostern } from './peers/postern.ts';
import { cpuSeconds, residentMb } from './process-figures.ts';
import { quantile } from './report.ts';
import { acceptUpgrade, upgradeRequest } from './websocket.ts';

const usage = `npm run bench:envoy -- [options]
Needs Envoy: $ENVOY, or on the PATH.

  --routes N     routes that are added one by one, 3000
  --edits N      edits of one route after that, 10000
  --flaps N      changes of endpoints after that, 1000 at 100 a second
  --await N      wait for every Nth route and edit to be live, 1; the others follow each other after 10 ms
  --json FILE    write the figures`;

interface Stage {
  readonly name: string;
  readonly seconds: number;
  /** From the write to an answer by it. */
  readonly liveMs: readonly number[];
  readonly changes: number;
  /** CPU of the controller and of Envoy. */
  readonly cpu: readonly [controller: number, envoy: number];
}

const say = (text: string): void => console.error(text);
const host = 'edited.example.com';

interface BenchOptions {
  readonly routes: number;
  readonly edits: number;
  readonly flaps: number;
  readonly await: number;
}

class Folder {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    mkdirSync(path, { recursive: true });
  }

  write(name: string, text: string): void {
    const beside = join(this.#path, `.${name}.swp`);
    writeFileSync(beside, text);
    renameSync(beside, join(this.#path, `${name}.yaml`));
  }
}

function marked(number: number): string {
  return httpRoute('edited', { host, prefix: '/' }, { filters: `      filters:\n        - type: ResponseHeaderModifier\n          responseHeaderModifier: {set: [{name: x-save, value: "${number}"}]}\n` });
}

/** Echoes everything over WebSocket, and answers requests. */
async function startBackend(): Promise<number> {
  const server = createServer((_, response) => response.end('fine'));
  server.keepAliveTimeout = 600_000;
  server.on('upgrade', (request, socket) => {
    socket.write(acceptUpgrade(request.headers['sec-websocket-key']!));
    socket.on('data', (part: Buffer) => socket.write(part)).on('error', () => socket.destroy());
  });
  await new Promise<void>((done) => { server.listen({ port: 0, host: '0.0.0.0' }, done); });
  server.unref();
  return (server.address() as AddressInfo).port;
}

/** A WebSocket through Envoy on which bytes go to and fro until the end. */
class HeldSocket {
  exchanges = 0;
  isBroken = false;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.write(upgradeRequest(host, '/socket'));
    this.#socket.on('data', () => void this.exchanges++).on('error', () => { this.isBroken = true; }).on('close', () => { this.isBroken = true; });
    this.#timer = setInterval(() => void this.#socket.write('ping'), 100);
  }

  close(): boolean {
    const held = !this.isBroken;
    clearInterval(this.#timer);
    this.#socket.destroy();
    return held;
  }
}

interface Run {
  readonly folder: Folder;
  readonly clients: SteadyClients;
  readonly pids: readonly [controller: number, envoy: number];
}

async function stage(name: string, { clients, pids }: Run, changes: number, change: (number: number) => Promise<number | undefined>): Promise<Stage> { // oxlint-disable-line max-params -- what, where, how often.
  const [startedAt, cpu] = [performance.now(), pids.map((it) => cpuSeconds([it]))];
  const liveMs: number[] = [];
  for (let number = 1; number <= changes; number++) {
    const live = await change(number);
    if (live !== undefined) liveMs.push(live);
    if (number % 1000 === 0) say(`  ${name}: ${number}, ${clients.requests} requests, ${clients.failures.length} failed, ${pids.map((it) => residentMb([it]).toFixed(0)).join(' + ')} MB`);
  }
  const used = pids.map((it, index) => cpuSeconds([it]) - cpu[index]!) as [number, number];
  return { name, seconds: (performance.now() - startedAt) / 1000, liveMs, changes, cpu: used };
}

async function stages(run: Run, port: number, options: BenchOptions): Promise<Stage[]> { // oxlint-disable-line max-params -- what, where, how often.
  const { folder, clients } = run;
  const untilLive = (path: string, of: string, holds: (save: string | undefined, status: number) => boolean): Promise<number> => clients.untilLive({ host: of, path }, holds);
  const live = (number: number, of: string, holds: (save: string | undefined, status: number) => boolean): Promise<number | undefined> => (number % options.await === 0 ? untilLive('/', of, holds) : pause(10, undefined));
  const added = await stage('routes added', run, options.routes, (number) => {
    folder.write(`route-${number}`, httpRoute(`route-${number}`, { host: `h${number}.example.com`, prefix: '/' }));
    return live(number, `h${number}.example.com`, (_, status) => status === 200);
  });
  const edited = await stage('edits of one route', run, options.edits, (number) => {
    folder.write('edited', marked(number));
    return live(number, host, (save) => Number(save ?? -1) >= number);
  });
  const flapped = await stage('changes of endpoints', run, options.flaps, async (number) => {
    const addresses = number % 2 === 0 ? ['127.0.0.1'] : ['127.0.0.1', '127.0.0.2'];
    folder.write('flapping', service({ name: 'flapping', port, transport: 'TCP', http2: false, addresses }));
    await pause(10);
    return undefined;
  });
  return [added, edited, flapped];
}

function figures(it: Stage): string {
  const latencies = it.liveMs.length === 0 ? '' : `, live after ${quantile(it.liveMs, 0.5).toFixed(1)} ms (p50), ${quantile(it.liveMs, 0.99).toFixed(1)} ms (p99)`;
  return `${it.name.padEnd(22)} ${it.changes} in ${it.seconds.toFixed(0)} s${latencies}; CPU ${(it.cpu[0] / it.changes * 1000).toFixed(2)} ms a change, and ${(it.cpu[1] / it.changes * 1000).toFixed(2)} ms of Envoy with the load`;
}

async function envoyStats(admin: string): Promise<Readonly<Record<string, number>>> {
  const text = await (await fetch(`${admin}/stats?filter=drain|listener_manager.listener_(added|modified|removed|in_place)|update_rejected`)).text();
  const rows = text.split('\n').flatMap((line): [string, number][] => { const [name = '', value = ''] = line.split(': '); return Number(value) > 0 ? [[name, Number(value)]] : []; });
  return Object.fromEntries(rows);
}

interface DataPlane {
  readonly admin: string;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { routes: { type: 'string', default: '3000' }, edits: { type: 'string', default: '10000' }, flaps: { type: 'string', default: '1000' }, await: { type: 'string', default: '1' }, json: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const options = { routes: Number(values.routes), edits: Number(values.edits), flaps: Number(values.flaps), await: Number(values.await) };
  const base = mkdtempSync(join(tmpdir(), 'postern-envoy-bench-'));
  const children = new Children(base);
  endOnSignals(children);
  try {
    const [folder, backend, port, adminPort] = [new Folder(join(base, 'manifests')), await startBackend(), await freePort(), await freePort()];
    folder.write('gateway', gateway([listener('http', port, false)]));
    folder.write('backend', service({ name: 'backend', port: backend, transport: 'TCP', http2: false }));
    folder.write('flapping', service({ name: 'flapping', port: backend, transport: 'TCP', http2: false }));
    folder.write('on-flapping', httpRoute('on-flapping', { host: 'flapping.example.com', prefix: '/' }, { backend: 'flapping' }));
    folder.write('edited', marked(0));
    bundle();
    const postern = await servePostern({ children, core: chooseCores().proxy }, { manifests: join(base, 'manifests'), port, more: ['--data-plane', 'envoy', '--workers', '1', '--admin', `127.0.0.1:${adminPort}`] });
    const planes = await (await fetch(`http://127.0.0.1:${adminPort}/data-planes`)).json() as DataPlane[];
    const admin = planes[0]!.admin;
    const { pid } = await (await fetch(`${admin}/server_info`)).json() as { readonly pid?: number };
    const clients = steadyClients(port, [host, 'flapping.example.com']);
    const socket = new HeldSocket(port);
    const run: Run = { folder, clients, pids: [postern.pids[0]!, pid ?? childOf(postern.pids[0]!)] };
    const all = await stages(run, backend, options);
    const [failed, drained] = [clients.failures, clients.connectionsLost];
    const held = socket.close();
    const stats = await envoyStats(admin);
    clients.close();
    console.log(`${all.map(figures).join('\n')}
load                   ${clients.requests} requests on kept connections, ${failed.length} failed${failed.length === 0 ? '' : `: ${[...new Set(failed)].join('; ')}`}
connections            ${drained} of the load were ended by Envoy; a WebSocket was ${held ? 'held open throughout' : 'BROKEN'}, ${socket.exchanges} exchanges
Envoy's own figures    ${Object.entries(stats).map(([name, value]) => `${name} ${value}`).join(', ') || 'nothing drained, nothing rejected'}`);
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ stages: all.map(({ liveMs, ...it }) => ({ ...it, p50Ms: quantile(liveMs, 0.5), p99Ms: quantile(liveMs, 0.99) })), requests: clients.requests, failed: failed.length, drained, held, stats }, null, 2)}\n`);
    return failed.length === 0 && drained === 0 && held ? 0 : 1;
  } finally {
    await children.stopAll();
  }
}

/** Envoy runs as the only child of the controller. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? error.stack ?? error.message : String(error));
  return 1;
});
