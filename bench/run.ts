/** `npm run bench`: see `usage` in options.ts. It starts everything that it measures, and installs nothing. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBackends } from './backends/all.ts';
import { makeCertificate } from './certificate.ts';
import { Children } from './children.ts';
import type { Sample } from './contender.ts';
import { chooseCores, type Cores } from './cores.ts';
import { endOnSignals } from './end-on-signals.ts';
import { judge } from './goals.ts';
import { isDisturbed, measureAll } from './measure.ts';
import { readOptions, usage, type BenchOptions } from './options.ts';
import { envoy } from './peers/envoy.ts';
import { haproxy } from './peers/haproxy.ts';
import { debianPackage, installedVersion } from './peers/installed.ts';
import { nginx } from './peers/nginx.ts';
import { postern } from './peers/postern.ts';
import { plot } from './plot/plot.ts';
import { besides, markdownTable, toRows, workloadTable } from './report.ts';

const say = (text: string): void => console.error(text);

async function bench(options: BenchOptions): Promise<number> {
  const missing = whatIsMissing(options);
  if (missing.length > 0) {
    for (const line of missing) say(line);
    return 2;
  }
  const cores = chooseCores();
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  const children = new Children(folder);
  endOnSignals(children);
  try {
    const about = machine(options, cores);
    console.log(about);
    const backends = await startBackends({ children, core: cores.backend, folder });
    const samples = await measureAll({ children, folder, cores, backends, certificate: makeCertificate(folder), options, say });
    for (const workload of options.workloads) console.log(`\n${workloadTable(workload, samples)}`);
    return conclude(options, samples, about);
  } finally {
    await children.stopAll();
  }
}

function whatIsMissing(options: BenchOptions): readonly string[] {
  const peers = options.peers.map((peer) => peer.find()).flatMap((found) => ('missing' in found ? [found.missing] : []));
  const needed = ['nginx', 'openssl', ...(options.workloads.some(({ load }) => load.tool === 'wrk' || load.tool === 'paced') ? ['wrk'] : [])];
  const tools = needed.filter((tool) => installedVersion(tool, ['-v']) === undefined).map(debianPackage);
  const h2load = options.workloads.some(({ load }) => load.tool === 'h2load') && installedVersion('h2load', ['--version']) === undefined;
  return [...new Set([...tools, ...(h2load ? ['h2load is missing; get it with: apt-get install nghttp2-client'] : []), ...peers])];
}

function machine(options: BenchOptions, cores: Cores): string {
  const versions = options.peers.map((peer) => peer.find()).flatMap((found) => ('version' in found ? [found.version] : []));
  const pinned = `proxy on core ${cores.proxy}, load on ${cores.load}, backend on ${cores.backend}`;
  return `${new Date().toISOString().slice(0, 10)}: ${versions.join(', ')}; ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${pinned}; `
    + `medians of ${options.rounds} rounds of ${options.seconds} s after ${options.warmup} s of warm-up.`;
}

function conclude(options: BenchOptions, samples: readonly Sample[], about: string): number {
  const rows = toRows(samples);
  for (const name of ['100routes', '5000routes', '40000routes', 'log']) {
    const reading = besides(rows, `http1-small-32-${name}`, 'http1-small-32');
    if (reading !== '') console.log(`\nCPU of http1-small-32-${name} over that of http1-small-32: ${reading}.`);
  }
  const verdicts = judge(rows);
  if (verdicts.length > 0) console.log(`\n${markdownTable([['workload', 'Postern\'s', 'goal', 'reached', ''], ...verdicts])}`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (options.svg !== undefined) writeFileSync(options.svg, plot(rows, { workloads: options.workloads, about }));
  const disturbed = samples.filter(isDisturbed).length;
  if (disturbed > 0) console.log(`\n${disturbed} of ${samples.length} rounds shared the core with other programs; run again on a quiet machine for better figures.`);
  const failed = samples.filter((sample) => sample.errors > 0);
  for (const sample of failed) say(`${sample.workload} ${sample.proxy}: ${sample.errors} failed`);
  return failed.length === 0 ? 0 : 1;
}

const options = readOptions(process.argv.slice(2), [postern, envoy, nginx, haproxy]);
if (options === 'help') {
  console.log(usage);
} else if ('wrong' in options) {
  say(`${options.wrong}\n\n${usage}`);
  process.exitCode = 2;
} else {
  process.exitCode = await bench(options).catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  });
}
