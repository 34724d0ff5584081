import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Position, Snapshot, SourceObject } from '../contract/index.ts';
import { openFileSource } from '../source/index.ts';
import { UsageError } from './command.ts';

const execute = promisify(execFile);

/**
 * The manifests of a folder or file as they were in a revision, as `git show REVISION:PATH` names it. A path is that of the repository's root, or with
 * `./` of the current folder. Throws UsageError where git knows no such thing.
 */
export async function readRevision(revision: string, path: string): Promise<Snapshot> {
  const name = `${revision}:${path}`;
  const type = (await git(['cat-file', '-t', name], name)).trim();
  const folder = mkdtempSync(join(tmpdir(), 'postern-'));
  try {
    const place = join(folder, 'files');
    if (type === 'tree') await checkOut({ name, place, index: join(folder, 'index') });
    else await writeBlob(name, `${place}.yaml`);
    const read = type === 'tree' ? place : `${place}.yaml`;
    const snapshot = await openFileSource([read]).read();
    return renamed(snapshot, (file) => `${name.replace(/\/$/, '')}${file.slice(read.length)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** With an index of its own, so that the one of the working copy is left alone. */
async function checkOut({ name, place, index }: { readonly name: string; readonly place: string; readonly index: string }): Promise<void> {
  const env = { ...process.env, GIT_INDEX_FILE: index };
  await git(['read-tree', name], name, env);
  // Only the root of a working copy has the paths of an index.
  const root = (await git(['rev-parse', '--show-cdup'], name)).trim();
  await git(['-C', root === '' ? '.' : root, 'checkout-index', '--all', '--quiet', `--prefix=${place}/`], name, env);
}

async function writeBlob(name: string, file: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(file, await git(['cat-file', 'blob', name], name));
}

async function git(words: readonly string[], name: string, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  try {
    return (await execute('git', words, { env, maxBuffer: 2 ** 28 })).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n')[0] : String(error);
    throw new UsageError(`${name} is neither a file nor a revision of git: ${said}`, { cause: error });
  }
}

/** Places are those that a person can look up. */
function renamed({ objects, findings, ...rest }: Snapshot, nameOf: (file: string) => string): Snapshot {
  const moved = (position: Position): Position => ({ ...position, file: nameOf(position.file) });
  return {
    ...rest, findings: findings.map((it) => (it.position === undefined ? it : { ...it, position: moved(it.position) })),
    objects: objects.map((it): SourceObject => ({
      ...it,
      locate: (path, part) => {
        const position = it.locate(path, part);
        return position && moved(position);
      },
      excerpt: (position) => it.excerpt(position),
    })),
  };
}
