import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import { checkRequest } from './check-request.ts';
import { CheckFailed, type ApplySpec, type Check, type Scenario } from './check.ts';
import { holds } from './expect-answer.ts';
import { parseManifests, type Manifests } from './manifests.ts';
import { runPostern, summaryOf } from './serve-process.ts';
import type { Admission, Stage, World } from './stage.ts';
import { waitsFor } from './waits.ts';
import { prepare, substitution } from './world.ts';

interface LintFinding {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly hint?: string;
  readonly position?: { readonly file: string; readonly line: number; readonly column: number };
}

/** Codes of what an API server would refuse; everything else is about objects together. */
const refusals: ReadonlySet<string> = new Set([
  'yaml-syntax', 'yaml-document-end', 'yaml-limit', 'not-an-object', 'missing-type', 'unknown-version', 'unknown-kind', 'unknown-field',
  'schema', 'required-field', 'duplicate-item', 'cel-rule', 'placeholder',
]);

/** Words of the checks that describe a part of a message instead of quoting it. */
const describedWords: Readonly<Record<string, (file: string) => RegExp>> = {
  'line number': () => /:\d+:\d+/,
  'the file name': (file) => new RegExp(basename(file).replaceAll('.', '\\.')),
  'apiVersion and kind missing or the line of "..."': () => /apiVersion.*kind|`\.\.\.`|"\.\.\."/,
};

/** What the words of `given` do to a published file. */
const fileEdits: Readonly<Record<string, (text: string) => string>> = {
  'the file above with hostnames removed and apiVersion v1': (text) => parseManifests(text).map((object) => {
    const { hostnames: _, ...spec } = object.spec;
    return stringify({ ...object, apiVersion: 'gateway.networking.k8s.io/v1', spec });
  }).join('---\n'),
  'domain_name is cloud.ogenki.io': substitution({ domain_name: 'cloud.ogenki.io' }),
};

/** Whether a `given` text is about the file that is applied. */
export function editsFile(given: string): boolean {
  return given in fileEdits;
}

/** Feeds a file to Postern and the API server as a person would and compares what they say, and how it behaves; returns a word on what was left out. */
export async function checkApply(check: Check, scenario: Scenario, stage: Stage): Promise<string | undefined> {
  const { apply } = check;
  if (apply === undefined) throw new CheckFailed('the check applies nothing');
  const text = await readFile(join(scenario.folder, apply.file), 'utf8');
  const edited = (fileEdits[check.given ?? ''] ?? ((same) => same))(text);
  if (apply.expect.result === 'rejected') return checkRejected(apply, edited, stage);
  return checkAccepted({ check, apply, text: edited }, scenario, stage);
}

async function checkRejected(apply: ApplySpec, text: string, stage: Stage): Promise<undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-apply-'));
  try {
    const file = join(folder, basename(apply.file));
    await writeFile(file, text);
    const findings = await lint([file]);
    holds(findings.some((finding) => finding.severity === 'error' && refusals.has(finding.code)), `it was taken: ${textOf(findings)}`);
    const answer = apply.expect.by === 'postern-standalone' ? undefined : await stage.admit?.(text);
    holds(answer?.accepted !== true, `the API server took it: ${answer?.text}`);
    expectWords(`${textOf(findings)}\n${answer?.text ?? ''}`, apply);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Application {
  readonly check: Check;
  readonly apply: ApplySpec;
  readonly text: string;
}

async function checkAccepted({ check, apply, text }: Application, scenario: Scenario, stage: Stage): Promise<string | undefined> {
  const strict = apply.expect.posternStatus === 'untouched' ? ['--strict'] : [];
  const manifests = await prepare(scenario, stage.certificates, (copy) => putOver(copy, apply.file, text));
  const findings = await lint([manifests.folder, ...strict]);
  const refused = findings.filter((finding) => refusals.has(finding.code) && finding.severity === 'error');
  holds(refused.length === 0, `it was refused: ${textOf(refused)}`);
  const answer = await stage.admit?.(text);
  holds(answer?.accepted !== false, `the API server refused it: ${answer?.text}`);
  if (apply.expect.result === 'accepted-with-warning') expectWarning(findings, apply.expect.by === 'api-server' ? answer : undefined);
  return stage.serve(scenario, { check, manifests, ...(strict.length === 0 ? {} : { flags: strict }) }, async (world) => {
    if (apply.expect.message !== undefined) expectWords(`${textOf(findings)}\n${answer?.text ?? ''}\n${await summaryOf(manifests.folder, strict)}`, apply);
    if (strict.length > 0) await world.patiently(() => expectUntouched(text, world));
    return apply.expect.sameBehaviourAs === undefined ? undefined : sameBehaviour({ scenario, stage }, world);
  });
}

function expectWarning(findings: readonly LintFinding[], answer: Admission | undefined): void {
  holds(findings.some((finding) => finding.severity === 'warning'), `there is no warning: ${textOf(findings)}`);
  holds(answer === undefined || answer.text.includes('Warning'), `the API server does not warn: ${answer?.text}`);
}

async function expectUntouched(text: string, world: World): Promise<void> {
  const { objects } = await world.serving.refresh();
  for (const { kind, metadata } of parseManifests(text)) {
    const touched = objects.some((object) => object.kind === kind && object.metadata.name === metadata.name);
    holds(!touched, `${kind} ${metadata.name} has a status of Postern`);
  }
}

/** Every request of the scenario that its manifests answer must be answered so here too. */
async function sameBehaviour({ scenario, stage }: { scenario: Scenario; stage: Stage }, world: World): Promise<string | undefined> {
  const requests = scenario.checks.filter((check) => check.request !== undefined && check.given === undefined && waitsFor(scenario, check, stage.name) === undefined);
  if (requests.length === 0) return 'its behaviour waits with the scenario\'s other checks';
  for (const check of requests) await world.patiently(() => checkRequest(check, world));
  return undefined;
}

/**
 * Puts a published file in the place of the manifests that say the same: the file of its name, else the objects of its names.
 * An object without a namespace goes where the one that it replaces was, as `kubectl apply -n` would put it.
 */
function putOver(manifests: Manifests, file: string, text: string): void {
  const published = parseManifests(text);
  const before = [...manifests.objects];
  const same = (kind: string, name: string) => before.find((object) => object.kind === kind && object.metadata.name === name);
  manifests.removeFile(basename(file));
  const replaced = manifests.objects.filter((object) => published.some((next) => next.kind === object.kind && next.metadata.name === object.metadata.name));
  if (replaced.length > 0) manifests.remove((object) => replaced.includes(object));
  manifests.add('published.yaml', ...published.map((object) => {
    const namespace = object.metadata.namespace ?? same(object.kind, object.metadata.name)?.metadata.namespace;
    return namespace === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } };
  }));
}

async function lint(args: readonly string[]): Promise<LintFinding[]> {
  const { code, output, errors } = await runPostern(['lint', ...args, '-o', 'json']);
  try {
    return JSON.parse(output) as LintFinding[];
  } catch (error) {
    throw new CheckFailed(`postern lint ended with ${code}: ${output}${errors}`, { cause: error });
  }
}

function textOf(findings: readonly LintFinding[]): string {
  return findings.map(({ position, severity, message, hint }) => `${position === undefined ? '' : `${position.file}:${position.line}:${position.column}: `}${severity}: ${message} ${hint ?? ''}`).join('\n');
}

function expectWords(text: string, apply: ApplySpec): void {
  // An API server begins a sentence with "Required value" where a check says "required".
  for (const word of apply.expect.message ?? []) {
    const pattern = describedWords[word]?.(apply.file);
    holds(pattern === undefined ? text.toLowerCase().includes(word.toLowerCase()) : pattern.test(text), `the message does not say ${JSON.stringify(word)}: ${text}`);
  }
}
