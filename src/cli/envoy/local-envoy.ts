import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { planeState, SoleEnvoy, soleGroup, type DataPlaneState } from '../../controller/index.ts';
import type { ApplyReport, MetricFamily } from '../../contract/index.ts';
import type { Ir, IrChange } from '../../ir/index.ts';
import { AdsServer, envoyBootstrap, EnvoyDiscovery, envoyTranslation, selfSigned, type BootstrapSettings, type EnvoyTerms } from '../../xds/index.ts';
import { askEnvoy, underWay } from './envoy-admin.ts';
import { EnvoyProcess } from './envoy-process.ts';
import { requestFigures, requestFiguresPath } from './request-figures.ts';

export interface LocalEnvoySettings {
  /** Path of the program. */
  readonly program: string;
  readonly terms: EnvoyTerms;
  readonly concurrency?: number;
  /** More of the bootstrap. */
  readonly bootstrap?: Pick<BootstrapSettings, 'runtime' | 'variant'>;
  /** Where the access log goes; `-` is standard output. */
  readonly accessLog?: string;
}

/** Between two looks at what is under way. Milliseconds. */
const lookMs = 50;

/** A data plane of this machine that is an Envoy, told over ADS on loopback. */
export class LocalEnvoy {
  /** Called when the last report says is other now. */
  onNews: () => void = () => undefined;
  /** Resolves to a sentence where the program never gets ready. */
  readonly gaveUp: Promise<string>;
  readonly #server: AdsServer;
  readonly #sole: SoleEnvoy;
  readonly #process: EnvoyProcess;
  readonly #folder: string;

  private constructor(parts: { readonly server: AdsServer; readonly process: EnvoyProcess; readonly folder: string; readonly gaveUp: Promise<string>; sole(onNews: () => void): SoleEnvoy }) {
    this.#server = parts.server;
    this.#process = parts.process;
    this.#folder = parts.folder;
    this.gaveUp = parts.gaveUp;
    this.#sole = parts.sole(() => this.onNews());
  }

  /** Starts it. `say` hears what happens to it. */
  static async start({ program, terms, concurrency, bootstrap, accessLog }: LocalEnvoySettings, say: (line: string) => void): Promise<LocalEnvoy> {
    const { translate } = await envoyTranslation();
    const [token, pair] = [randomBytes(24).toString('base64url'), selfSigned(['127.0.0.1'], 3650, new Date())];
    const discovery = new EnvoyDiscovery({ onNews: () => envoy.#sole.notice() });
    const server = new AdsServer({
      ...pair, typeUrl: 'type.googleapis.com/postern.dev.none', others: [discovery], onTrouble: say,
      mayRead: (given, group) => Promise.resolve(given === token && group === soleGroup), onSettled: () => undefined, onClients: () => undefined,
    });
    const port = await server.listen(0, '127.0.0.1');
    const folder = mkdtempSync(join(tmpdir(), 'postern-envoy-'));
    writeFiles(folder, { token, 'ca.crt': pair.certificate, 'bootstrap.json': JSON.stringify(envoyBootstrap({
      controlPlane: `127.0.0.1:${port}`, authorityFile: join(folder, 'ca.crt'), tokenFile: join(folder, 'token'), admin: { address: '127.0.0.1', port: 0 }, ...bootstrap,
    })) });
    const { promise: gaveUp, resolve: onHopeless } = Promise.withResolvers<string>();
    const process = new EnvoyProcess({ program, folder, nodeId: `${soleGroup}#envoy`, say, onHopeless, onOutput: accessLogTo(accessLog), ...(concurrency === undefined ? {} : { concurrency }) });
    const envoy = new LocalEnvoy({ server, process, folder, gaveUp, sole: (onNews) => new SoleEnvoy({ discovery, translate, terms, onNews }) });
    process.start();
    return envoy;
  }

  apply(ir: Ir, change?: IrChange): Promise<ApplyReport> {
    return this.#sole.apply(ir, change);
  }

  /** `address:port` of Envoy's own administration. */
  get admin(): string | undefined {
    return this.#process.admin;
  }

  /** The Envoy as one of several data planes would be seen; of all Gateways. */
  get states(): readonly DataPlaneState[] {
    const { admin } = this;
    return this.#sole.states.map((it) => ({ gateway: '*', ...planeState(it), ...(admin === undefined ? {} : { admin: `http://${admin}` }) }));
  }

  /** Process id of the Envoy that runs now. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** What Envoy counts as the native proxy does; figures of its own are at its administration. Nothing where it does not answer. */
  async metrics(): Promise<readonly MetricFamily[]> {
    const { admin } = this;
    return admin === undefined ? [] : askEnvoy(admin, requestFiguresPath).then(requestFigures, () => []);
  }

  /** Stops accepting, lets requests under way finish for at most `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const { admin } = this;
    this.onNews = () => undefined;
    if (admin !== undefined) await drain(admin, graceMs).catch(() => undefined);
    await this.#process.stop();
    await this.#server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** An Envoy that does not answer has nothing to be waited for. */
async function drain(admin: string, graceMs: number): Promise<void> {
  const until = performance.now() + graceMs;
  await askEnvoy(admin, '/healthcheck/fail', 'POST');
  await askEnvoy(admin, '/drain_listeners', 'POST');
  while (performance.now() < until && await underWay(admin) > 0) await pause(lookMs);
}

/** Nobody else on the machine may read them. */
function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
}

function accessLogTo(place: string | undefined): (text: string) => void {
  if (place === undefined || place === '-') return (text) => void process.stdout.write(text);
  const file = createWriteStream(place, { flags: 'a', mode: 0o640 });
  return (text) => void file.write(text);
}
