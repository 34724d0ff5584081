import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { runPostern } from './serve-process.ts';

interface LintFinding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly hint?: string;
  readonly position?: { readonly file: string; readonly line: number };
}

const cases = join(import.meta.dirname, 'cases');
const entries = await readdir(cases, { recursive: true, withFileTypes: true });
const published = entries.filter((entry) => entry.isFile() && entry.parentPath.endsWith('as-published')).map((entry) => join(entry.parentPath, entry.name)).sort();
const sketches = published.filter((path) => path.endsWith('.not-yaml.txt'));
const manifests = published.filter((path) => path.endsWith('.yaml'));

test('what was published as a sketch gets one clear message each, with its place and what to do', async () => {
  const findings = await lint(sketches);
  for (const path of sketches) {
    const own = findings.filter((finding) => finding.position?.file === path);
    assert.equal(own.length, 1, `${relative(cases, path)}: ${JSON.stringify(own)}`);
    assert.equal(own[0]?.severity, 'error');
    assert.ok(own[0]?.hint !== undefined, `${relative(cases, path)} has no hint`);
  }
});

test('every published manifest can be pasted: it is read, or its error says where and what to do', async () => {
  const findings = await lint(manifests);
  for (const finding of findings.filter((it) => it.severity === 'error')) {
    assert.ok(finding.position !== undefined && finding.hint !== undefined, `no place or no hint: ${JSON.stringify(finding)}`);
  }
});

async function lint(paths: readonly string[]): Promise<LintFinding[]> {
  assert.ok(paths.length > 0);
  const { code, output, errors } = await runPostern(['lint', ...paths, '-o', 'json']);
  assert.equal(errors, '');
  assert.equal(code, 1);
  return JSON.parse(output) as LintFinding[];
}
