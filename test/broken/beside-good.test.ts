/** Whatever is broken beside it, a good Gateway goes on serving. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { nativeSettings } from '../../src/cli/settings.ts';
import { AddressBook, Controller, type Applied } from '../../src/controller/index.ts';
import { createProxy, type Place } from '../../src/proxy/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { brokenCases, brokenRoot, placeCase } from './broken-cases.ts';

const goodListener = 'gateway/default/good/http';

interface Served {
  readonly folder: string;
  /** Reads the folder again, applies it, and returns the status code of a request to the good route. */
  answer(): Promise<{ readonly code: number; readonly applied: Applied }>;
}

/** A folder with the good manifests, served in this process; its backend answers 200. */
async function servedFolder(context: TestContext): Promise<Served> {
  const backend = createServer((_request, response) => response.end('good')).listen(0, '127.0.0.1');
  await once(backend, 'listening');
  context.after(() => backend.close());
  const folder = tempFolder(context);
  const good = readFileSync(join(brokenRoot, '_good.yaml'), 'utf8');
  writeFileSync(join(folder, 'good.yaml'), good.replace('- port: 8080', `- port: ${(backend.address() as AddressInfo).port}`));
  const proxy = createProxy();
  context.after(() => proxy.close(0));
  let latest: Applied | undefined;
  const bugs: unknown[] = [];
  const controller = new Controller({
    settings: nativeSettings({ strict: false }),
    addresses: new AddressBook({ pool: `127.${1 + process.pid % 250}.77.0/24` }),
    apply: (ir, _, change) => proxy.apply(ir, change),
    onApplied: (applied) => { latest = applied; },
    onBug: (error) => bugs.push(error),
  });
  const source = openFileSource([folder]);
  return {
    folder,
    async answer() {
      await controller.update(await source.read());
      assert.deepEqual(bugs, []);
      assert.ok(latest !== undefined);
      const listener = latest.ir.listeners[goodListener];
      const place = proxy.bound()[listener?.socket ?? ''];
      assert.ok(place !== undefined, `the good listener is not bound; there are ${Object.keys(latest.ir.listeners).join(', ')}`);
      return { code: await statusOf(place), applied: latest };
    },
  };
}

function statusOf(place: Place): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ host: place.address, port: place.port, headers: { host: 'good.example.com' }, agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject).end();
  });
}

test('each broken case alone stops nothing else', async (context) => {
  const { folder, answer } = await servedFolder(context);
  assert.equal((await answer()).code, 200);
  for (const broken of brokenCases()) {
    const path = placeCase(broken, folder);
    const { code, applied } = await answer();
    assert.equal(code, 200, broken.name);
    assert.ok(applied.findings.length > 0, broken.name);
    rmSync(join(path, '..'), { recursive: true });
  }
  const clean = await answer();
  assert.equal(clean.code, 200);
  assert.deepEqual(clean.applied.findings.filter((finding) => finding.severity === 'error'), []);
});

test('all broken cases together stop nothing else', async (context) => {
  const { folder, answer } = await servedFolder(context);
  for (const broken of brokenCases()) placeCase(broken, folder);
  assert.equal((await answer()).code, 200);
});
