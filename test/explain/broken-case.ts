/** The broken set-ups of test/explain/cases, as those who ask about them need them. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AttachSettings } from '../../src/attach/index.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import type { Snapshot } from '../../src/contract/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { authority, type KeyPair, selfSigned } from '../harness/certificates.ts';
import { tempFolder } from '../harness/temp-folder.ts';

export const casesFolder: string = join(import.meta.dirname, 'cases');
export const caseNames: readonly string[] = readdirSync(casesFolder);

/** Certificates of servers are text here, `CERT name name…` with `KEY`: what counts is whom they are for. Authorities are real. */
const settings = (strict: boolean): AttachSettings => ({
  ...nativeSettings({ strict }),
  checkKeyPair: (chain, key) => (chain.startsWith('CERT ') && key === 'KEY' ? { names: chain.split(' ').slice(1) } : { error: 'tls.crt is not a PEM certificate.' }),
});

let pairs: { readonly authority: KeyPair; readonly stranger: KeyPair } | undefined;

/** Puts a real authority, and the certificate of a client that it does not know, in place of their names. */
function filled(text: string, folder: string): string {
  if (!text.includes('@')) return text;
  pairs ??= { authority: authority('clients.example.com'), stranger: selfSigned(['stranger.example.com'], 'client') };
  writeFileSync(join(folder, 'stranger.pem'), pairs.stranger.certificate);
  return text.replaceAll('@authority@', JSON.stringify(pairs.authority.certificate).slice(1, -1)).replaceAll('@stranger@', join(folder, 'stranger.pem'));
}

/** One set-up. */
export interface BrokenCase {
  /** Questions, as arguments of `postern explain`. */
  readonly asks: readonly string[];
  /** What must be in the first three lines of the first answer. */
  readonly finds: readonly string[];
  readonly snapshot: Snapshot;
  readonly settings: AttachSettings;
}

export async function brokenCase(t: TestContext, name: string): Promise<BrokenCase> {
  const folder = tempFolder(t);
  const text = filled(readFileSync(join(casesFolder, name, 'in.yaml'), 'utf8'), folder);
  writeFileSync(join(folder, 'in.yaml'), text);
  const lines = (word: string): string[] => [...text.matchAll(new RegExp(`^# ${word}: (.*)$`, 'gm'))].map((it) => it[1]!);
  const snapshot = await openFileSource([join(folder, 'in.yaml')]).read();
  return { asks: lines('ask'), finds: lines('finds').flatMap((it) => it.split(' | ')), snapshot, settings: settings(lines('options').includes('--strict')) };
}
