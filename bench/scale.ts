/** `npm run bench:scale`: what one edit costs beside how many routes there are. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { quantile } from './report.ts';
import { Followed } from './scale/followed.ts';
import { scalePlot } from './scale/plot.ts';
import { route, scaleObjects, slice, type RouteEdit, type ScaleShape } from './scale/objects.ts';
import { stageNames, Stages, type StageTimes } from './scale/stages.ts';

const usage = `npm run bench:scale -- [options]
Edits one route, or one endpoint, among many, and measures each step from watch event to live traffic, in this process: elapsed
time by step (median), and CPU time of the thread for all of them.

  --routes LIST   100,1000,10000,40000
  --edits N       edits of each kind, 100
  --json FILE     write the figures
  --svg FILE      draw CPU time and elapsed time of an edit over the number of routes
  --help`;

const edits = ['weight', 'match', 'hostname', 'delete', 'add', 'endpoint'] as const;
type Edit = (typeof edits)[number];

interface Figures {
  readonly shape: ScaleShape;
  readonly firstMs: number;
  readonly heapMb: number;
  readonly edits: Readonly<Record<Edit, { readonly stages: StageTimes; readonly totalMs: number; readonly p99Ms: number; readonly cpuMs: number; readonly meanCpuMs: number }>>;
}

async function measure(shape: ScaleShape, count: number): Promise<Figures> {
  const followed = new Followed();
  const stages = new Stages();
  for (const object of scaleObjects(shape)) followed.put(object);
  const first = await stages.take(followed);
  const figures: Partial<Record<Edit, Figures['edits'][Edit]>> = {};
  for (const edit of edits) {
    // The first rounds warm the code up.
    await repeat(edit, { followed, stages, shape, count: Math.ceil(count / 4) });
    figures[edit] = await repeat(edit, { followed, stages, shape, count });
  }
  globalThis.gc?.();
  const heapMb = process.memoryUsage().heapUsed / 2 ** 20;
  await stages.close();
  return { shape, firstMs: sum(first), heapMb, edits: figures as Figures['edits'] };
}

interface Series {
  readonly followed: Followed;
  readonly stages: Stages;
  readonly shape: ScaleShape;
  readonly count: number;
}

let turn = 0;

async function repeat(edit: Edit, { followed, stages, shape: { routes, sets }, count }: Series): Promise<Figures['edits'][Edit]> {
  const times: StageTimes[] = [];
  const cpuMs: number[] = [];
  for (let i = 0; i < count; i++) {
    turn++;
    const index = (turn * 7919) % routes;
    if (edit === 'add') {
      followed.delete(route(index, { sets }));
      await stages.take(followed);
    }
    apply(edit, index, followed, sets);
    const before = process.threadCpuUsage();
    times.push(await stages.take(followed));
    const { user, system } = process.threadCpuUsage(before);
    cpuMs.push((user + system) / 1000);
    if (edit === 'endpoint') continue;
    followed.put(route(index, { sets }));
    await stages.take(followed);
  }
  const totals = times.map(sum);
  const stagesMs = Object.fromEntries(stageNames.map((name) => [name, quantile(times.map((it) => it[name]), 0.5)])) as StageTimes;
  return { stages: stagesMs, totalMs: quantile(totals, 0.5), p99Ms: quantile(totals, 0.99), cpuMs: quantile(cpuMs, 0.5), meanCpuMs: cpuMs.reduce((sum, it) => sum + it, 0) / count };
}

function apply(edit: Edit, index: number, followed: Followed, sets: number): void { // oxlint-disable-line max-params -- what, where.
  if (edit === 'delete') followed.delete(route(index, { sets }));
  else if (edit === 'endpoint') followed.put(slice(index, turn));
  else if (edit === 'add') followed.put(route(index, { sets }));
  else followed.put(route(index, { sets, edit: edit satisfies RouteEdit, turn }));
}

function sum(times: StageTimes): number {
  return stageNames.reduce((total, name) => total + times[name], 0);
}

function print({ shape: { routes, sets }, firstMs, heapMb, edits: figures }: Figures): void {
  console.log(`\n${routes} routes${sets === 0 ? '' : ` on ${sets} ListenerSets`}: from nothing ${firstMs.toFixed(0)} ms, heap ${heapMb.toFixed(0)} MB`);
  console.log(`${'edit'.padEnd(10)}${[...stageNames, 'p50', 'p99', 'CPU p50', 'CPU mean'].map((it) => it.padStart(9)).join('')}   ms`);
  for (const edit of edits) {
    const { stages, totalMs, p99Ms, cpuMs, meanCpuMs } = figures[edit];
    console.log(`${edit.padEnd(10)}${[...stageNames.map((it) => stages[it]), totalMs, p99Ms, cpuMs, meanCpuMs].map((it) => it.toFixed(2).padStart(9)).join('')}`);
  }
}

/** Two kinds of edit stand for all: one that changes a route, and one that changes endpoints alone. */
function drawn(all: readonly Figures[]): string {
  const plain = all.filter(({ shape }) => shape.sets === 0);
  const line = (name: string, edit: Edit, figure: 'totalMs' | 'meanCpuMs'): { name: string; points: { routes: number; ms: number }[] } => (
    { name, points: plain.map(({ shape: { routes }, edits: own }) => ({ routes, ms: own[edit][figure] })) });
  return scalePlot([
    line('a weight, time', 'weight', 'totalMs'), line('a weight, CPU', 'weight', 'meanCpuMs'),
    line('a hostname, time', 'hostname', 'totalMs'), line('a hostname, CPU', 'hostname', 'meanCpuMs'),
    line('an endpoint, time', 'endpoint', 'totalMs'), line('an endpoint, CPU', 'endpoint', 'meanCpuMs'),
  ], 'One edit among many routes, from the watch event to live traffic');
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: {
    routes: { type: 'string', default: '100,1000,10000,40000' }, edits: { type: 'string', default: '100' }, json: { type: 'string' }, svg: { type: 'string' }, help: { type: 'boolean', short: 'h' },
  } });
  const counts = values.routes.split(',').map(Number);
  if (values.help === true || !counts.every((it) => Number.isInteger(it) && it > 0)) {
    console.log(usage);
    return values.help === true ? 0 : 2;
  }
  const shapes: ScaleShape[] = [...counts.map((routes) => ({ routes, sets: 0 })), { routes: Math.max(...counts), sets: Math.ceil(Math.max(...counts) / 16) }];
  const all: Figures[] = [];
  for (const shape of shapes) {
    const figures = await measure(shape, Number(values.edits));
    print(figures);
    all.push(figures);
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);
  if (values.svg !== undefined) writeFileSync(values.svg, drawn(all));
  return 0;
}

process.exitCode = await main();
