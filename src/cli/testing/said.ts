import type { TestContext } from 'node:test';
import { run } from '../run.ts';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line in this process; what it writes is text, and what the test runner writes meanwhile goes its way. */
export async function said(t: TestContext, ...argv: readonly string[]): Promise<Said> {
  const written = { stdout: '', stderr: '' };
  const mocks = (['stdout', 'stderr'] as const).map((name) => {
    const original = process[name].write.bind(process[name]) as (part: unknown, ...rest: unknown[]) => boolean;
    return t.mock.method(process[name], 'write', (part: unknown, ...rest: unknown[]) => {
      if (typeof part !== 'string') return original(part, ...rest);
      written[name] += part;
      return true;
    });
  });
  try {
    return { code: await run(argv), out: written.stdout, err: written.stderr };
  } finally {
    for (const { mock } of mocks) mock.restore();
  }
}
