import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const script = join(import.meta.dirname, 'make-certs.sh');

/** A CA and the Secrets of all scenarios, made for one run and thrown away after it, because keys are never kept. */
export class Certificates {
  readonly #folder: string;
  /** The CA's certificate, which the scenarios' clients trust. */
  readonly authority: string;

  private constructor(folder: string, authority: string) {
    this.#folder = folder;
    this.authority = authority;
  }

  static async make(): Promise<Certificates> {
    const folder = await mkdtemp(join(tmpdir(), 'postern-certificates-'));
    await run('sh', [script], { env: { ...process.env, CERTS: folder } });
    return new Certificates(folder, await readFile(join(folder, 'minica.pem'), 'utf8'));
  }

  /** The file with a scenario's Secrets; none where it needs none. */
  secretsOf(scenario: string): string[] {
    return [join(this.#folder, scenario, 'generated', 'secrets.yaml')].filter((path) => existsSync(path));
  }

  /** A new key pair for one host, signed by the same CA. */
  async renew(host: string): Promise<{ readonly certificate: string; readonly key: string }> {
    await run('sh', [script, '--leaf', host], { env: { ...process.env, CERTS: this.#folder } });
    const folder = join(this.#folder, `renewed-${host}`);
    const [certificate, key] = await Promise.all(['cert.pem', 'key.pem'].map((name) => readFile(join(folder, name), 'utf8')));
    return { certificate: certificate ?? '', key: key ?? '' };
  }

  discard(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}
