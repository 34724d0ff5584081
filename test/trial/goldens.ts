/** Cases as folders, and what is printed of each as `out.txt` in it; UPDATE_GOLDEN=1 writes it anew. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttachSettings } from '../../src/attach/index.ts';
import { knownOf } from '../../src/cli/known-of.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import type { Known, Meaning } from '../../src/explain/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { openFileSource } from '../../src/source/index.ts';

const plain = (text: string): string => text;
export const palette = { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };
export const plane = { rehearse, rehearseConnection };
export const judge = { plane, now: Date.parse('2026-01-01T00:00:00Z') };

/** Certificates of servers are text here, `CERT name name…` with `KEY`: what counts is whom they are for. */
const settings: AttachSettings = {
  ...nativeSettings({ strict: false }),
  checkKeyPair: (chain, key) => (chain.startsWith('CERT ') && key === 'KEY' ? { names: chain.split(' ').slice(1), notAfter: '2030-01-01T00:00:00Z' } : { error: 'tls.crt is not a PEM certificate.' }),
  checkAuthorities: () => undefined,
};

export async function meant(...inputs: readonly string[]): Promise<Known & { readonly meaning: Meaning }> {
  return knownOf(await openFileSource(inputs).read(), settings);
}

/** What plain objects mean. */
export function meantBy(objects: readonly object[]): Known & { readonly meaning: Meaning } {
  return knownOf({ objects: objects.map((value, order) => ({ value, generation: 1, order, locate: () => undefined, excerpt: () => undefined })), findings: [] }, settings);
}

export function isAsBefore(folder: string, output: string): void {
  const file = join(folder, 'out.txt');
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, output);
  assert.ok(existsSync(file), 'UPDATE_GOLDEN=1 makes it');
  assert.equal(output, readFileSync(file, 'utf8'));
}
