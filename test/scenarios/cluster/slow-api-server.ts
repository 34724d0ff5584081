import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const pulses = 6;
const stoppedMs = 1500;
const runningMs = 300;

/** Lets the API server do nothing most of the time for some seconds; `meanwhile` is done at the beginning of that. */
export async function slowApiServer(meanwhile: () => Promise<void>): Promise<void> {
  const home = process.env['LAB_HOME'] ?? join(homedir(), '.cache/postern-lab');
  const pid = Number(await readFile(join(home, 'run/pid/apiserver'), 'utf8'));
  const done = meanwhile();
  try {
    for (let pulse = 0; pulse < pulses; pulse++) {
      process.kill(pid, 'SIGSTOP');
      await delay(stoppedMs);
      process.kill(pid, 'SIGCONT');
      await delay(runningMs);
    }
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await done;
}
