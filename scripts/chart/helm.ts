import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Helm 3: `$HELM`, the one among the cluster's programs, or one on the path; undefined where there is none. */
export function findHelm(): string | undefined {
  const { HELM: named, LAB_HOME: lab = join(homedir(), '.cache/postern-lab'), PATH: path = '' } = process.env;
  if (named !== undefined && named !== '') return named;
  return [join(lab, 'bin'), ...path.split(delimiter)].map((it) => join(it, 'helm')).find((it) => existsSync(it));
}

/** What the chart renders from, as paths from the root, sorted; the Gateway API's definitions are left out, since they are not rendered. */
export function chartFiles(root: string): string[] {
  const chart = 'deploy/chart/postern';
  const own = readdirSync(join(root, chart), { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name).slice(root.length + 1))
    .filter((it) => !it.startsWith(`${chart}/charts/`) && !it.startsWith(`${chart}/files/`));
  const kinds = readdirSync(join(root, 'deploy/crds')).filter((it) => it.endsWith('.yaml')).map((it) => `deploy/crds/${it}`);
  return [...own, ...kinds].sort();
}
