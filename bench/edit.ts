/** `npm run bench:edits`: one route saved thousands of times under load. No request may fail, nothing may leak. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startNginxBackend } from './backends/nginx.ts';
import { makeCertificate } from './certificate.ts';
import { Children } from './children.ts';
import { chooseCores } from './cores.ts';
import { Editor } from './edits/editor.ts';
import { growth, type Footprint } from './edits/growth.ts';
import { Watcher } from './edits/watcher.ts';
import { endOnSignals } from './end-on-signals.ts';
import { freePort } from './free-port.ts';
import { errorCount, type LoadResult } from './load/load.ts';
import { startWrk } from './load/wrk.ts';
import { writeManifests } from './manifests.ts';
import { debianPackage, installedVersion } from './peers/installed.ts';
import type { RunningPeer } from './peers/peer.ts';
import { bundle, servePostern } from './peers/postern.ts';
import { openFiles, residentMb } from './process-figures.ts';
import { quantile } from './report.ts';
import { requestLines, routeTable } from './route-table.ts';
import { until } from './until.ts';

const usage = `npm run bench:edits -- [options]
Saves one HTTPRoute again and again while postern serve is under load; each save waits until it is live.

  --saves N         10000
  --routes N        routes in the folder, 100
  --connections N   connections of the load, 32
  --max-seconds N   stop and report after this time, 900
  --json FILE       write the figures
  --help

Exit code: 0 no request failed and nothing leaked, 1 otherwise, 2 wrong usage or something is not installed.`;

interface EditOptions {
  readonly saves: number;
  readonly routes: number;
  readonly connections: number;
  readonly maxSeconds: number;
}

interface Outcome {
  readonly saves: number;
  readonly liveMs: readonly number[];
  readonly late: number;
  readonly watcherFailures: readonly string[];
  readonly load: LoadResult;
  readonly footprints: readonly Footprint[];
  /** Open files before the load and after it, connections closed. */
  readonly files: { readonly before: number; readonly after: number };
}

/** A save that is not live after this long is late, and a failure. */
const lateMs = 5000;
const givesUpAfter = 3;
const loadPauseMs = 4;
const saysEvery = 1000;

const say = (text: string): void => console.error(text);

async function measure(children: Children, folder: string, options: EditOptions): Promise<Outcome> {
  const cores = chooseCores();
  const { http: backend } = await startNginxBackend({ children, core: cores.backend, folder });
  const routes = routeTable(options.routes);
  const manifests = join(folder, 'manifests');
  const port = await freePort();
  const certificate = makeCertificate(folder);
  writeManifests(manifests, { routes: routes.slice(1), backendPort: backend.port, certificate, workload: { front: 'http', backend: 'http' }, listenerPort: port });
  const editor = new Editor(manifests, routes[0]!);
  editor.save(0);
  bundle();
  const postern = await servePostern({ children, core: cores.proxy }, { manifests, port });
  const before = openFiles(postern.pids[0]!);
  const { address } = postern;
  const requests = requestLines(routes);
  const load = startWrk({ children, folder, core: cores.load, address, port, front: 'http', seconds: 86_400, requests }, { connections: options.connections, pauseMs: loadPauseMs });
  const watcher = new Watcher(postern, requests[0]!);
  const saved = await saveAll(editor, watcher, postern, options);
  watcher.close();
  load.child.process.kill('SIGINT');
  const result = await load.result;
  await until(() => openFiles(postern.pids[0]!) <= before + 8, 10_000);
  return { ...saved, watcherFailures: watcher.failures, load: result, files: { before, after: openFiles(postern.pids[0]!) } };
}

async function saveAll(editor: Editor, watcher: Watcher, postern: RunningPeer, options: EditOptions): Promise<Pick<Outcome, 'saves' | 'liveMs' | 'late' | 'footprints'>> {
  const liveMs: number[] = [];
  const footprints: Footprint[] = [];
  const every = Math.max(1, Math.floor(options.saves / 200));
  const end = performance.now() + options.maxSeconds * 1000;
  let late = 0;
  let saves = 0;
  while (saves < options.saves && performance.now() < end) {
    saves++;
    editor.save(saves);
    const live = await watcher.untilLive(saves, lateMs);
    if (postern.child.ended()) throw new Error(`postern ended after ${saves} saves\n${postern.child.logTail()}`);
    if (live !== undefined) liveMs.push(live);
    else if (++late >= givesUpAfter) throw new Error(`${late} saves were not live within ${lateMs / 1000} s, the last was number ${saves}; postern said:\n${postern.child.logTail()}`);
    if (saves % every === 0) footprints.push({ saves, rssMb: residentMb(postern.pids), files: openFiles(postern.pids[0]!) });
    if (saves % saysEvery === 0) say(`  ${saves} saves, ${residentMb(postern.pids).toFixed(0)} MB`);
  }
  return { saves, liveMs, late, footprints };
}

function conclude(outcome: Outcome, json: string | undefined): number {
  const { load, files, saves, late } = outcome;
  const failed = errorCount(load) + outcome.watcherFailures.length;
  const grown = growth(outcome.footprints);
  const leakedFiles = files.after > files.before + 8;
  const figures = {
    saves, late, failedRequests: failed, requests: load.units,
    rps: Math.round((load.units * 1e6) / load.microseconds),
    liveP50Ms: quantile(outcome.liveMs, 0.5), liveP99Ms: quantile(outcome.liveMs, 0.99), liveMaxMs: Math.max(...outcome.liveMs),
    loadP99Ms: load.p99Us / 1000, ...grown, filesBefore: files.before, filesAfter: files.after,
  };
  console.log(`saves                  ${saves}, ${late} not live within ${lateMs / 1000} s
from save to live      p50 ${figures.liveP50Ms.toFixed(1)} ms, p99 ${figures.liveP99Ms.toFixed(1)} ms, slowest ${figures.liveMaxMs.toFixed(1)} ms
load                   ${load.units} requests, ${figures.rps}/s, p50 ${(load.p50Us / 1000).toFixed(2)} ms, p99 ${figures.loadP99Ms.toFixed(2)} ms
failed requests        ${failed}${failed === 0 ? '' : `: ${JSON.stringify(load.errors)} ${[...new Set(outcome.watcherFailures)].join('; ')}`}
resident memory        ${grown.secondQuarterMb.toFixed(1)} MB at most in the second quarter, ${grown.lastQuarterMb.toFixed(1)} MB in the last: ${grown.kbPerSave.toFixed(2)} kB a save
open files             ${files.before} before, ${files.after} after
verdict                ${grown.leaks || leakedFiles ? 'LEAKS' : 'no leak'}, ${failed + late === 0 ? 'nothing failed' : 'FAILED'}`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
  return failed + late === 0 && !grown.leaks && !leakedFiles ? 0 : 1;
}

function readOptions(): (EditOptions & { readonly json: string | undefined }) | 'help' | { readonly wrong: string } {
  try {
    const { values } = parseArgs({
      options: {
        saves: { type: 'string', default: '10000' }, routes: { type: 'string', default: '100' }, connections: { type: 'string', default: '32' },
        'max-seconds': { type: 'string', default: '900' }, json: { type: 'string' }, help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help === true) return 'help';
    const numbers = { saves: Number(values.saves), routes: Number(values.routes), connections: Number(values.connections), maxSeconds: Number(values['max-seconds']) };
    if (!Object.values(numbers).every((value) => Number.isInteger(value) && value > 0)) return { wrong: 'numbers are whole and above 0' };
    return { ...numbers, json: values.json };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === 'help') {
    console.log(usage);
    return 0;
  }
  const wrong = 'wrong' in options ? [options.wrong] : ['wrk', 'nginx', 'openssl'].filter((tool) => installedVersion(tool, ['-v']) === undefined).map(debianPackage);
  if ('wrong' in options || wrong.length > 0) {
    say([...wrong, '', usage].join('\n'));
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'postern-edits-'));
  const children = new Children(folder);
  endOnSignals(children);
  try {
    return conclude(await measure(children, folder, options), options.json);
  } finally {
    await children.stopAll();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  return 1;
});
