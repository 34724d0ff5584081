/** `npm run soak`: see `usage` in soak/options.ts. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Children } from './children.ts';
import { growth } from './edits/growth.ts';
import { endOnSignals } from './end-on-signals.ts';
import { debianPackage, installedVersion } from './peers/installed.ts';
import { readSoakOptions, usage, type SoakOptions } from './soak/options.ts';
import { soak, sum, type Outcome } from './soak/run.ts';
import { unexplained } from './soak/tally.ts';

const say = (text: string): void => console.error(text);
/** Below this, memory still finds its size. */
const judgesMemoryFrom = 300;

function conclude(outcome: Outcome, options: SoakOptions): number {
  const failed = unexplained(outcome.failures, outcome.kills, outcome.connections);
  const grown = growth(outcome.footprints);
  const leaks = grown.leaks && options.seconds >= judgesMemoryFrom;
  const files = outcome.footprints.map((one) => one.files);
  console.log(`edits            ${outcome.edits}, the last one live after ${outcome.lastSaveMs?.toFixed(0) ?? 'more than 10 000'} ms
steps            ${Object.entries(outcome.ok).map(([name, count]) => `${name} ${count}`).join(', ')}: ${sum(outcome.ok)}
workers killed   ${outcome.kills.length}, which broke ${outcome.failures.length - failed.length} connections
failed           ${failed.length}${failed.length === 0 ? '' : `\n${reasons(failed)}`}
resident memory  ${grown.secondQuarterMb.toFixed(1)} MB at most in the second quarter, ${grown.lastQuarterMb.toFixed(1)} MB in the last: ${grown.leaks ? 'growing' : 'flat'}
open files       ${Math.max(...files.slice(0, files.length >> 1))} at most in the first half, ${Math.max(...files.slice(files.length >> 1))} in the second`);
  if (options.json !== undefined) {
    writeFileSync(options.json, `${JSON.stringify({ ...options, edits: outcome.edits, steps: outcome.ok, kills: outcome.kills.length, failed, ...grown, lastSaveMs: outcome.lastSaveMs }, null, 2)}\n`);
  }
  return failed.length === 0 && !leaks && outcome.lastSaveMs !== undefined ? 0 : 1;
}

function reasons(failed: Outcome['failures']): string {
  const counts = Object.entries(Object.groupBy(failed, ({ protocol, message }) => `${protocol}: ${message}`));
  return counts.toSorted(([, a], [, b]) => b!.length - a!.length).slice(0, 20).map(([reason, all]) => `  ${all!.length} × ${reason}`).join('\n');
}

async function main(): Promise<number> {
  const options = readSoakOptions(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const wrong = 'wrong' in options ? [options.wrong] : installedVersion('openssl', ['version']) === undefined ? [debianPackage('openssl')] : [];
  if ('wrong' in options || wrong.length > 0) {
    say([...wrong, '', usage].join('\n'));
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'postern-soak-'));
  const children = new Children(folder);
  endOnSignals(children);
  try {
    return conclude(await soak(children, folder, { options, say }), options);
  } finally {
    await children.stopAll();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  return 1;
});
