/** A steady client: `node probe.ts ADDRESS HOST`, until its input ends. Prints how many requests were answered and which failed. */
import { ask } from './asking.ts';

const [address = '', host = ''] = process.argv.slice(2);
const failures: string[] = [];
let asked = 0;

async function once(isNew: boolean): Promise<void> { // oxlint-disable-line -- on which connection.
  asked++;
  const { status, cause } = await ask(address, host, ...(isNew ? [false as const] : []));
  if (status !== 200) failures.push(`${new Date().toISOString()} ${status} ${cause}`);
}

const open = new Set<Promise<void>>();
function every(ms: number, isNew: boolean): NodeJS.Timeout { // oxlint-disable-line -- on which connection.
  return setInterval(() => {
    const one = once(isNew).finally(() => open.delete(one));
    open.add(one);
  }, ms);
}

const timers = [every(15, false), every(100, true)];
process.stdin.on('end', async () => {
  for (const timer of timers) clearInterval(timer);
  await Promise.all(open);
  process.stdout.write(JSON.stringify({ asked, failures }), () => process.exit());
}).resume();
