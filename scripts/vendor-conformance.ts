/**
 * Copies the manifests of the official Gateway API conformance suite into test/conformance/suite, with an index of
 * its tests, the licence, the version and checksums. `-- --check` fails where the copy differs.
 */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const suiteModule = 'sigs.k8s.io/gateway-api/conformance@v1.7.0';
const target = join(import.meta.dirname, '../test/conformance/suite');

/** One test of the suite, as its Go file declares it. */
interface IndexEntry {
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly manifests: readonly string[];
  readonly features: readonly string[];
  readonly provisional: boolean;
}

function moduleFolder(): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', suiteModule], {
    encoding: 'utf8',
    env: { ...process.env, GOTOOLCHAIN: 'go1.27.0', GOFLAGS: '-mod=mod' },
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Feature names by their Go constants (`SupportHTTPRoute` → `HTTPRoute`). */
function featureName(constant: string): string {
  return constant.replace(/^Support/, '');
}

function declarations(file: string, text: string): IndexEntry[] {
  const chunks = text.split(/^var \w+ = \w+\.ConformanceTest\{$/m).slice(1);
  return chunks.map((chunk) => {
    const head = chunk.slice(0, chunk.indexOf('\n}\n'));
    const strings = (part: string | undefined): string[] => [...(part ?? '').matchAll(/"([^"]*)"/g)].map((found) => found[1] ?? '');
    const name = strings(/ShortName:(.*)/.exec(head)?.[1])[0];
    if (name === undefined) throw new Error(`${file}: a test without ShortName`);
    const description = strings(/Description:((?:[^,]|,(?!\n))*),\n/.exec(head)?.[1]).join('');
    const features = /Features:\s*\[\]features\.FeatureName\{([^}]*)\}/.exec(head)?.[1] ?? '';
    return {
      name,
      file,
      description,
      manifests: strings(/Manifests:\s*\[\]string\{([^}]*)\}/.exec(head)?.[1]),
      features: [...features.matchAll(/features\.(\w+)/g)].map((found) => featureName(found[1] ?? '')),
      provisional: /Provisional:\s*true/.test(head),
    };
  });
}

function wanted(source: string): Map<string, string> {
  const files = new Map<string, string>();
  const entries: IndexEntry[] = [];
  for (const path of filesBelow(source)) {
    const name = relative(source, path);
    const text = readFileSync(path, 'utf8');
    if (name === 'LICENSE' || /^(tests|base|mesh)\/.*\.yaml$/.test(name)) files.set(name, text);
    if (/^tests\/.*\.go$/.test(name) && !name.endsWith('main.go')) entries.push(...declarations(name, text));
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  files.set('tests.json', `${JSON.stringify(entries, undefined, 1)}\n`);
  files.set('VERSION', `${suiteModule}\n`);
  const sums = [...files].sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${createHash('sha256').update(text).digest('hex')}  ${name}\n`);
  return files.set('SHA256SUMS', sums.join(''));
}

function differences(files: Map<string, string>): string[] {
  const present = existsSync(target) ? filesBelow(target).map((path) => relative(target, path)) : [];
  const extra = present.filter((name) => !files.has(name));
  const changed = [...files].filter(([name, text]) => !present.includes(name) || readFileSync(join(target, name), 'utf8') !== text);
  return [...extra, ...changed.map(([name]) => name)];
}

const files = wanted(moduleFolder());
if (process.argv.includes('--check')) {
  const differing = differences(files);
  for (const name of differing) console.error(`test/conformance/suite/${name} differs from ${suiteModule}`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} else {
  rmSync(target, { recursive: true, force: true });
  for (const [name, text] of files) {
    mkdirSync(dirname(join(target, name)), { recursive: true });
    writeFileSync(join(target, name), text);
  }
  console.log(`${files.size} files of ${suiteModule}`);
}
