import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { relative } from 'node:path';
import type { Finding, Snapshot, SourceObject } from '../../contract/index.ts';
import { assumeServed, compile } from '../../controller/index.ts';
import type { AttachSettings } from '../../attach/index.ts';
import { holdsSecret } from '../../source/index.ts';
import { statusDocuments } from '../../status/index.ts';
import { fetchAdmin } from '../admin-client.ts';
import { UsageError } from '../command.ts';
import { DEFAULT_POOL } from '../default-pool.ts';
import { lintText } from '../format-finding.ts';
import { lintFindings } from '../lint-findings.ts';
import { statusText } from '../status-text.ts';
import { version } from '../version.ts';
import { Redactor, withoutSecrets } from './redact.ts';
import type { ArchiveFile } from './tar.ts';

const same = (text: string): string => text;
const plain = { bold: same, dim: same, red: same, yellow: same, green: same, cyan: same };

/** The program and the machine. */
export function aboutProgram(): ArchiveFile {
  const { node, openssl } = process.versions;
  const machine = { system: `${type()} ${release()}`, arch: arch(), processors: cpus().length, memoryBytes: totalmem() };
  return { path: 'about.json', text: `${JSON.stringify({ postern: version, node, openssl, machine, time: new Date().toISOString() }, null, 2)}\n` };
}

/** Manifests, what lint and status say of them, without what is secret. `documents` says whether they have a text of their own. */
export async function aboutManifests(snapshot: Snapshot, settings: AttachSettings, { documents }: { readonly documents: 'files' | 'objects' }): Promise<ArchiveFile[]> {
  const redactor = new Redactor();
  for (const { value } of snapshot.objects) redactor.learn(value);
  const { findings, model } = lintFindings(snapshot, settings);
  const { graph } = compile(snapshot, settings);
  const statuses = statusDocuments(graph, { ...assumeServed(graph, DEFAULT_POOL), now: new Date().toISOString().replace(/\.\d+Z$/, 'Z') });
  const files = [
    // Lines of files could hold the middle of a key, which nobody would know for one.
    { path: 'lint.txt', text: lintText(findings.map(withoutExcerpt), model.skipped, plain) },
    { path: 'status.txt', text: statusText(statuses, plain) },
    ...(documents === 'files' ? await manifestFiles(snapshot) : [{ path: 'objects.yaml', text: await yamlOf(snapshot.objects) }]),
  ];
  return files.map(({ path, text }) => ({ path, text: redactor.clean(text) }));
}

function withoutExcerpt(finding: Finding): Finding {
  const { excerpt: _, ...rest } = finding;
  return rest;
}

/** Files as they are written; those with Secrets as what they mean, without their contents; those that nobody can read are left out. */
async function manifestFiles({ objects, findings }: Snapshot): Promise<ArchiveFile[]> {
  const byFile = Map.groupBy(objects, (it) => it.locate([])?.file ?? 'objects');
  for (const { position } of findings) if (position !== undefined && !byFile.has(position.file)) byFile.set(position.file, []);
  return Promise.all([...byFile].map(async ([file, own]): Promise<ArchiveFile> => {
    const path = `manifests/${pathInArchive(file)}`;
    const text = file === '<stdin>' || file === 'objects' ? undefined : textOf(file);
    if (text !== undefined && !holdsSecret(text)) return { path, text };
    if (own.length === 0) return { path: `${path}.left-out.txt`, text: 'This file can\'t be read, and it may hold a Secret.\n' };
    return { path: `${path}.without-secrets.yaml`, text: await yamlOf(own) };
  }));
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== undefined) return undefined;
    throw error;
  }
}

/** Below the folder where one stands, and without the names of the folders above it. */
function pathInArchive(file: string): string {
  const path = relative(process.cwd(), file).replaceAll('\\', '/');
  return path.startsWith('..') ? path.split('/').slice(-2).join('/') : path.replace(/^<stdin>$/, 'stdin.yaml');
}

async function yamlOf(objects: readonly SourceObject[]): Promise<string> {
  const { stringify } = await import('yaml');
  return objects.map(({ value }) => stringify(withoutSecrets(value), { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}

/** What a running program tells of itself. */
const pages = [['readyz', 'txt'], ['status', 'json'], ['objects', 'json'], ['config', 'json'], ['data-planes', 'json'], ['metrics', 'txt']] as const;

export async function aboutRunning(admin: string): Promise<ArchiveFile[]> {
  const redactor = new Redactor();
  const files = await Promise.all(pages.map(async ([page, ending]): Promise<ArchiveFile> => {
    try {
      return { path: `running/${page}.${ending}`, text: await (await fetchAdmin(admin, `/${page}`)).text() };
    } catch (error) {
      // A program that is not ready says so with 503, and that is what somebody wants to know.
      if (error instanceof UsageError && error.cause === undefined) return { path: `running/${page}.${ending}`, text: `${error.message}\n` };
      throw error;
    }
  }));
  // What filters and matches hold stands in the configuration as in the manifests.
  for (const { path, text } of files) if (path.endsWith('.json')) redactor.learn(parsed(text));
  return files.map(({ path, text }) => ({ path, text: redactor.clean(text) }));
}

/** Undefined where the program told in a sentence why it has none. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
