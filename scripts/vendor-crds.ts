/**
 * Copies the Gateway API CRDs (experimental channel) and its example objects into vendor/gateway-api/, as data, from the Go module
 * of the release.
 * Needs `go` and its module proxy; run once a release: `node scripts/vendor-crds.ts [vX.Y.Z]`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const version = process.argv[2] ?? 'v1.7.0';
const target = resolve(import.meta.dirname, '../vendor/gateway-api');

function moduleFolder(): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', `sigs.k8s.io/gateway-api@${version}`], {
    encoding: 'utf8',
    env: { GOTOOLCHAIN: 'go1.27.0', ...process.env },
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

/** The module cache is read-only; copies of it need not be. */
function makeWritable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

const source = moduleFolder();
const crds = join(source, 'config/crd/experimental');
const names = readdirSync(crds).filter((name) => /^gateway\.networking\..*k8s\.io_.*\.yaml$/.test(name) && !name.includes('_vap_')).sort();

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, 'crds'), { recursive: true });
const sums: string[] = [];
for (const name of names) {
  const bytes = readFileSync(join(crds, name));
  writeFileSync(join(target, 'crds', name), bytes);
  sums.push(`${createHash('sha256').update(bytes).digest('hex')}  crds/${name}`);
}
cpSync(join(source, 'examples'), join(target, 'examples'), { recursive: true });
cpSync(join(source, 'hack/invalid-examples'), join(target, 'invalid-examples'), { recursive: true });
makeWritable(target);
writeFileSync(join(target, 'SHA256SUMS'), `${sums.join('\n')}\n`);
writeFileSync(join(target, 'VERSION'), `${version} experimental\n`);
writeFileSync(join(target, 'LICENSE'), readFileSync(join(source, 'LICENSE')));
console.log(`vendor/gateway-api: ${names.length} CRDs of ${version}`);
