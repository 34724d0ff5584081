/** A real Envoy that gets its configuration from an ADS server of this process, and what it makes of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AdsServer, EnvoyDiscovery, envoyBootstrap, type EnvoyResources, selfSigned } from '../../src/xds/index.ts';

const group = 'test';

export class EnvoyProcess {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #server: AdsServer;
  readonly #discovery: EnvoyDiscovery;
  readonly #watchers: Set<() => void>;
  #output = '';

  private constructor(parts: { readonly child: ChildProcess; readonly folder: string; readonly server: AdsServer; readonly discovery: EnvoyDiscovery; readonly watchers: Set<() => void> }) {
    this.#child = parts.child;
    this.#folder = parts.folder;
    this.#server = parts.server;
    this.#discovery = parts.discovery;
    this.#watchers = parts.watchers;
    parts.child.stderr?.on('data', (piece: Buffer) => { this.#output = (this.#output + piece.toString()).slice(-20_000); });
    parts.child.once('exit', () => this.#news());
  }

  /** Starts Envoy; it serves nothing before `serve`. */
  static async start(binary: string): Promise<EnvoyProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'postern-envoy-'));
    const watchers = new Set<() => void>();
    const { certificate, key } = selfSigned(['localhost', '127.0.0.1'], 1, new Date());
    const discovery = new EnvoyDiscovery({ onNews: () => { for (const look of watchers) look(); } });
    const server = new AdsServer({
      certificate, key, mayRead: (token) => Promise.resolve(token === 'token'), others: [discovery],
      typeUrl: 'none', onTrouble: () => undefined, onSettled: () => undefined, onClients: () => undefined,
    });
    const port = await server.listen(0, '127.0.0.1');
    const files = { authorityFile: join(folder, 'authority'), tokenFile: join(folder, 'token') };
    writeFileSync(files.authorityFile, certificate);
    writeFileSync(files.tokenFile, 'token');
    writeFileSync(join(folder, 'envoy.json'), JSON.stringify(envoyBootstrap({ controlPlane: `localhost:${port}`, ...files, admin: { address: '127.0.0.1', port: 0 } })));
    const child = spawn(binary, [
      '-c', join(folder, 'envoy.json'), '--service-node', `${group}#one`, '--concurrency', '1', '--use-dynamic-base-id', '--log-level', process.env['ENVOY_LOG'] ?? 'error',
      '--drain-time-s', '1', '--admin-address-path', join(folder, 'admin'),
    ], { stdio: ['ignore', process.env['ENVOY_OUT'] === undefined ? 'ignore' : 'inherit', 'pipe'] });
    return new EnvoyProcess({ child, folder, server, discovery, watchers });
  }

  /** Brings a configuration into force: resolves once Envoy has taken it and serves it. Throws where it refuses a part. */
  async serve(resources: EnvoyResources): Promise<void> {
    this.#discovery.publish(group, resources);
    await this.#until(() => this.#discovery.group(group).states.some((it) => it.isInSync));
    const { problems } = this.#discovery.group(group);
    if (problems.length > 0) throw new Error(`Envoy refuses ${problems.map((it) => `${it.kind} ${it.name} ${it.route ?? ''}: ${it.why}`).join('; ')}`);
    await this.#isLive(resources);
  }

  get problems(): readonly { readonly kind: string; readonly name: string; readonly why: string }[] {
    return this.#discovery.group(group).problems;
  }

  /** What it said so far, the end of it. */
  get output(): string {
    return this.#output;
  }

  /** A page of Envoy's administration. */
  async admin(path: string): Promise<string> {
    const file = join(this.#folder, 'admin');
    while (!existsSync(file) || readFileSync(file, 'utf8') === '') await this.#pause();
    const response = await fetch(`http://${readFileSync(file, 'utf8')}${path}`);
    return response.text();
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGKILL');
      await once(this.#child, 'exit');
    }
    await this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Listeners are live once none of them warms up any more. */
  async #isLive({ listeners }: EnvoyResources): Promise<void> {
    for (;;) {
      const dump = JSON.parse(await this.admin('/config_dump?resource=dynamic_listeners')) as { readonly configs?: readonly { readonly name: string; readonly active_state?: { readonly version_info?: string }; readonly warming_state?: object; readonly error_state?: object }[] };
      const found = new Map((dump.configs ?? []).map((it) => [it.name, it]));
      if ([...listeners.values()].every(({ name }) => found.get(name)?.active_state !== undefined && found.get(name)?.warming_state === undefined)) return;
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    if (this.#child.exitCode !== null) throw new Error(`Envoy ended: ${this.#output}`);
    await pause(10);
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#child.exitCode !== null) throw new Error(`Envoy ended: ${this.#output}`);
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.#watchers.delete(look);
          resolve();
        };
        this.#watchers.add(look);
      });
    }
  }

  #news(): void {
    for (const look of this.#watchers) look();
  }
}
