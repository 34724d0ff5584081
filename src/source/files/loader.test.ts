import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../../../test/harness/temp-folder.ts';
import { Loader } from './loader.ts';

interface Writer {
  write(text: string): void;
  /** One look: what the file's objects say, and whether that is in doubt. */
  look(): Promise<{ readonly values: readonly unknown[]; readonly inDoubt: boolean }>;
}

function writerOf(context: TestContext): Writer {
  const path = join(tempFolder(context), 'a.yaml');
  const loader = new Loader([path], { maxFileBytes: 1000, readStandardInput: () => Promise.resolve(Buffer.alloc(0)) });
  return {
    write: (text) => writeFileSync(path, text),
    look: async () => {
      const { snapshot, inDoubt } = await loader.load({ patient: true });
      return { values: snapshot.objects.map((object) => object.value), inDoubt };
    },
  };
}

const before = { values: [{ v: 1, w: [1, 2] }], inDoubt: false };

test('a file that is written slowly counts when it is whole', async (context) => {
  const { write, look } = writerOf(context);
  write('v: 1\nw: [1, 2]\n');
  assert.deepEqual(await look(), before);
  for (const half of ['', 'v: 1\n', 'v: 1', 'v: 2\nw: [1', 'v: 2\nw: [1, 3]']) {
    write(half);
    assert.deepEqual(await look(), { ...before, inDoubt: true }, JSON.stringify(half));
  }
  write('v: 2\nw: [1, 3]\n');
  assert.deepEqual(await look(), { values: [{ v: 2, w: [1, 3] }], inDoubt: false });
});

test('what seems half-written and stays so is believed at the second look', async (context) => {
  for (const [text, values] of [['v: 1\n', [{ v: 1 }]], ['v: 3', [{ v: 3 }]], ['\n', []]] as const) {
    const { write, look } = writerOf(context);
    write('v: 1\nw: [1, 2]\n');
    await look();
    write(text);
    assert.deepEqual(await look(), { ...before, inDoubt: true }, JSON.stringify(text));
    assert.deepEqual(await look(), { values, inDoubt: false }, JSON.stringify(text));
  }
});

test('a file that never ended with a line end is believed at once', async (context) => {
  const { write, look } = writerOf(context);
  write('v: 1');
  await look();
  write('v: 2');
  assert.deepEqual(await look(), { values: [{ v: 2 }], inDoubt: false });
});
