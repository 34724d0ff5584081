/** Runs all the work on one implementation, in the network of the client outside the node: `node inside.ts PLAN`; a line of JSON for each piece. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { BenchApi } from './api.ts';
import { type Figures, manyServices, type Plan, Work } from './work.ts';

const plan = JSON.parse(process.argv[2] ?? '') as Plan;
const { scale } = plan;
const work = new Work(await BenchApi.open(), plan);

function tell(piece: string, figures: Figures): void {
  console.log(JSON.stringify({ piece, figures }));
}

tell('a Gateway', await work.gateway());
const probe = spawn(process.execPath, [join(import.meta.dirname, 'probe.ts'), work.address, 'steady.example.com'], { stdio: ['pipe', 'pipe', 'inherit'] });
let probed = '';
probe.stdout.setEncoding('utf8').on('data', (text: string) => { probed += text; });
tell(`${scale.atOnce} routes at once`, await work.atOnce(scale.atOnce));
tell(`${scale.oneByOne} routes one by one`, await work.oneByOne(scale.oneByOne, 'single'));
tell(`${scale.edits} edits of one route`, await work.edits(scale.edits));
if (scale.others > 0) {
  tell(`${scale.others} routes more${scale.sets === 0 ? '' : ` on ${scale.sets} ListenerSets`}`, await work.others(scale.others, scale.sets));
  tell(`${scale.oneByOne} routes one by one, ${scale.others} others there`, await work.oneByOne(scale.oneByOne, 'late'));
  tell(`${scale.edits} edits of one route, ${scale.others} others there`, await work.edits(scale.edits));
}
if (scale.flaps > 0) {
  if (scale.others === 0) await work.few();
  for (const rate of [50, 100]) {
    tell(`${scale.flaps} flaps of one of 50 endpoints, ${rate} a second`, await work.flaps({ count: scale.flaps, rate, ...(scale.others > 0 ? { services: manyServices } : {}) }));
  }
}
probe.stdin.end();
await new Promise((resolve) => { probe.once('close', resolve); });
const { asked, failures } = JSON.parse(probed) as { asked: number; failures: string[] };
for (const failure of failures.slice(0, 10)) console.error(`probe: ${failure}`);
tell('a steady client', { requests: asked, failed: failures.length });
process.exit();
