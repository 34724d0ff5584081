/** One soak: starts everything, edits while the clients work, ends everything. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeCertificate } from '../certificate.ts';
import type { Child, Children } from '../children.ts';
import { chooseCores, type Cores } from '../cores.ts';
import type { Footprint } from '../edits/growth.ts';
import { Editor } from '../edits/editor.ts';
import { Watcher } from '../edits/watcher.ts';
import { freePort } from '../free-port.ts';
import type { RunningPeer } from '../peers/peer.ts';
import { bundle, servePostern } from '../peers/postern.ts';
import { openFiles, residentMb } from '../process-figures.ts';
import type { ClientPlan } from './clients.ts';
import { backendNames, someAddresses, writeEndpoints, writeSoak } from './manifests.ts';
import type { SoakOptions } from './options.ts';
import { hosts, type ListenerPorts, type SoakBackends } from './ports.ts';
import { addLines, type Tally } from './tally.ts';
import { workersOf } from './workers.ts';

const editEveryMs = 100;
const usersOfProtocol = 4;
const stepsPerSecond = 15;
const liveWithinMs = 10_000;

export interface Outcome extends Tally {
  readonly edits: number;
  /** When workers were killed, milliseconds since the epoch. */
  readonly kills: readonly number[];
  readonly footprints: readonly Footprint[];
  /** From the last save until it was served; undefined where that did not come. */
  readonly lastSaveMs: number | undefined;
  /** Of all users of one protocol and all protocols: more connections than a worker can have had. */
  readonly connections: number;
}

interface Rig {
  readonly postern: RunningPeer;
  readonly clients: Child;
  readonly editor: Editor;
  readonly folder: string;
  readonly backends: SoakBackends;
  tally(): Tally;
}

export async function soak(children: Children, folder: string, { options, say }: { readonly options: SoakOptions; say(text: string): void }): Promise<Outcome> {
  const rig = await startRig(children, folder, options);
  const progress = { edits: 0, kills: [] as number[], footprints: [] as Footprint[] };
  const began = performance.now();
  const passed = (): number => (performance.now() - began) / 1000;
  let nextSay = 30;
  let nextKill = options.killEverySeconds / 2;
  while (passed() < options.seconds) {
    await pause(editEveryMs);
    if (rig.postern.child.ended()) throw new Error(`postern ended after ${passed().toFixed(0)} s\n${rig.postern.child.logTail()}`);
    edit(rig, ++progress.edits);
    if (progress.edits % 10 === 0) progress.footprints.push(footprint(rig.postern, progress.edits));
    if (options.workers > 1 && passed() > nextKill) {
      nextKill += options.killEverySeconds;
      progress.kills.push(killOne(rig.postern));
    }
    if (passed() > nextSay) {
      nextSay += 30;
      say(`  ${passed().toFixed(0)} s: ${progress.edits} edits, ${sum(rig.tally().ok)} steps, ${rig.tally().failures.length} failures, ${progress.footprints.at(-1)?.rssMb.toFixed(0)} MB`);
    }
  }
  const lastSaveMs = await lastSaveLive(rig, progress.edits + 1);
  await endClients(rig.clients);
  return { ...rig.tally(), ...progress, lastSaveMs, connections: usersOfProtocol * Object.keys(rig.tally().ok).length };
}

async function startRig(children: Children, folder: string, options: SoakOptions): Promise<Rig> {
  const cores = chooseCores();
  const certificate = makeCertificate(folder);
  const [http, https, tcp, udp, tls] = await Promise.all([freePort(), freePort(), freePort(), freePort(), freePort()]);
  const listeners: ListenerPorts = { http, https, tcp, udp, tls };
  const backends = JSON.parse(await firstLine(program(children, cores, 'backends', folder))) as SoakBackends;
  const manifests = join(folder, 'manifests');
  writeSoak(manifests, { listeners, backends, certificate });
  const editor = new Editor(manifests, { host: hosts.web, prefix: '/p0' }, 'web');
  editor.save(0);
  bundle();
  const more = options.workers > 1 ? ['--workers', String(options.workers)] : [];
  const postern = await servePostern({ children, core: cores.proxy }, { manifests, port: listeners.http, more });
  const plan: ClientPlan = { ports: listeners, usersOfProtocol, stepsPerSecond };
  const clients = program(children, cores, 'clients', JSON.stringify(plan));
  let tally: Tally = { ok: {}, failures: [] };
  let rest = '';
  clients.process.stdout!.setEncoding('utf8').on('data', (text: string) => { ({ tally, rest } = addLines(tally, rest + text)); });
  return { postern, clients, editor, folder: manifests, backends, tally: () => tally };
}

function program(children: Children, cores: Cores, name: string, argument: string): Child {
  return children.start({ name, core: cores.load, command: process.execPath, args: [join(import.meta.dirname, `${name}.ts`), argument], stdout: 'pipe' });
}

async function firstLine(child: Child): Promise<string> {
  const ended = once(child.process, 'exit').then(() => { throw new Error(`${child.name} ended:\n${child.logTail()}`); });
  const [text] = await Promise.race([once(child.process.stdout!, 'data'), ended]);
  return String(text);
}

/** A save of the route and a change of the endpoints of one backend. */
function edit({ editor, folder, backends }: Rig, number: number): void {
  editor.save(number);
  const name = backendNames[number % backendNames.length]!;
  // A datagram to nobody is lost, as it is without a proxy.
  writeEndpoints(folder, name, { port: backends[name], addresses: someAddresses(Math.random, name !== 'udp') });
}

function footprint(postern: RunningPeer, saves: number): Footprint {
  const pids = [...postern.pids, ...workersOf(postern.child.pid)];
  return { saves, rssMb: residentMb(pids), files: pids.reduce((count, pid) => count + openFiles(pid), 0) };
}

function killOne(postern: RunningPeer): number {
  const [worker] = workersOf(postern.child.pid);
  if (worker === undefined) throw new Error('postern serve has no worker that could be killed');
  process.kill(worker, 'SIGKILL');
  return Date.now();
}

async function lastSaveLive({ editor, postern }: Rig, number: number): Promise<number | undefined> {
  editor.save(number);
  const watcher = new Watcher(postern, { host: hosts.web, path: '/p0/items' });
  try {
    return await watcher.untilLive(number, liveWithinMs);
  } finally {
    watcher.close();
  }
}

async function endClients(clients: Child): Promise<void> {
  const closed = once(clients.process, 'close');
  clients.process.kill('SIGINT');
  await closed;
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
