import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../postern.ts';

/** The project as it was at a commit, built when it is first asked for, with the libraries of today. */
export class EarlierCheckout {
  readonly commit: string;
  #folder: string | undefined;

  /** `revision` as git understands it. */
  constructor(revision: string) {
    this.commit = execFileSync('git', ['rev-parse', '--short', revision], { cwd: root, encoding: 'utf8' }).trim();
  }

  get folder(): string {
    if (this.#folder !== undefined) return this.#folder;
    const folder = mkdtempSync(join(tmpdir(), 'postern-earlier-'));
    this.#folder = folder;
    const files = execFileSync('git', ['archive', this.commit], { cwd: root, maxBuffer: 1 << 30 });
    execFileSync('tar', ['-x', '-C', folder], { input: files });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, [join(folder, 'scripts/bundle.ts')], { stdio: ['ignore', 'inherit', 'inherit'] });
    return folder;
  }

  remove(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}
