/** Where the programs of the cluster are: those that `npm run cluster -- build` makes. */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const folder = join(process.env['LAB_HOME'] ?? join(homedir(), '.cache/postern-lab'), 'bin');
const needed = ['etcd', 'kube-apiserver'] as const;

export function programPath(name: (typeof needed)[number]): string {
  return join(folder, name);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const missing = needed.filter((name) => !isProgram(programPath(name)));

/** For the `skip` of a test: why there can be no API server here and how to get one, or false. */
export const noApiServer: string | false = missing.length === 0 ? false : `${missing.join(' and ')} missing in ${folder}: npm run cluster -- build ${missing.join(' ')}`;
