import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The folder of a Go module in a version, downloaded where it is not there. */
export async function goModule(path: string, version: string): Promise<string> {
  const { stdout } = await promisify(execFile)('go', ['mod', 'download', '-json', `${path}@${version}`]);
  return (JSON.parse(stdout) as { Dir: string }).Dir;
}
