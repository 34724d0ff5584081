/** Where h2spec is; it is built once where Go is there and it is not. */
import { execFile } from 'node:child_process';
import { access, constants, mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const source = 'github.com/summerwind/h2spec/cmd/h2spec@v2.2.1+incompatible';
const cache = join(import.meta.dirname, '../../node_modules/.cache/h2spec');
/** It downloads its modules, so it takes what the network takes. */
const buildMs = 120_000;

async function isProgram(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(() => true, () => false);
}

/** The path of the program, or why there is none. */
export async function findH2spec(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const goPath = await run('go', ['env', 'GOPATH']).then(({ stdout }) => stdout.trim(), () => undefined);
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...goPath === undefined ? [] : [join(goPath, 'bin')], cache];
  for (const folder of folders) if (await isProgram(join(folder, 'h2spec'))) return { path: join(folder, 'h2spec') };
  if (goPath === undefined) return { missing: `h2spec is not there, and no Go to build it: go install ${source}` };
  await mkdir(cache, { recursive: true });
  try {
    await run('go', ['install', source], { env: { ...process.env, GOBIN: cache, GOFLAGS: '-buildvcs=false' }, timeout: buildMs });
    return { path: join(cache, 'h2spec') };
  } catch (error) {
    return { missing: `h2spec is not there and could not be built: ${(error as Error).message.slice(0, 500)}` };
  }
}
