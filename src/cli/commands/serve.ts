import { setTimeout as pause } from 'node:timers/promises';
import type { AdminView } from '../../admin/index.ts';
import { type AddressBook, Controller, type ControllerOptions } from '../../controller/index.ts';
import { openFileSource, type FileSource, type FileWatch } from '../../source/index.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { askedAdmin, openAskedAdmin, openUsualAdmin } from '../admin-endpoint.ts';
import { addressBook } from '../address-options.ts';
import { dataPlaneOptions, type DrainTimes, drainTimes, replaceOnSignal } from '../data-plane.ts';
import { DEFAULT_POOL } from '../default-pool.ts';
import { Console, type ConsoleSource } from '../console-house.ts';
import { requireInputs } from '../inputs.ts';
import { logTakesOutput, observeOptions } from '../observe-options.ts';
import { announcementOptions, announcements } from '../announcements.ts';
import { backendOptions, localBackends, type LocalBackends } from '../local-backends.ts';
import { proxyOptions } from '../proxy-settings.ts';
import { Readiness } from '../readiness.ts';
import { ServeRecord } from '../serve-record.ts';
import { askedPlane, type AskedPlane, servedPlaneOptions, type ServedPlane } from '../served-plane.ts';
import { jsonReporter, textReporter, type ServeReporter } from '../serve-reporter.ts';
import { untilSignal } from '../signals.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Serve manifests on this machine, no cluster needed.',
  usage: 'PATH… [options]',
  description: 'Serves the Gateways and routes of files, folders (recursive), globs, or standard input (-), and follows every change.\nEach Gateway gets a loopback address of its own and its true ports; where the system does not allow that, ports are mapped (80 to 8080).',
  options: {
    ...backendOptions,
    pool: { value: 'CIDR', help: `Loopback addresses for Gateways; ${DEFAULT_POOL} if not given.` },
    'port-offset': { value: 'N', help: 'Add N to every port instead of finding free ones.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
    ...proxyOptions,
    ...announcementOptions,
    ...dataPlaneOptions,
    ...servedPlaneOptions,
    ...observeOptions,
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'Text for people, or one JSON object a line.' },
  },
  examples: [
    ['postern serve ./manifests', 'serve a folder'],
    ['postern serve lab.yaml --demo', 'a pasted lab, its pods played by echo backends'],
    ['postern serve . --backend default/web:80=127.0.0.1:3000', 'send a Service to a local process'],
    ['postern serve . --data-plane envoy', 'carried by an Envoy on this machine'],
    ['kustomize build . | postern serve - --demo', 'what a pipeline makes'],
  ],
  run: (args) => runServe(args),
};

async function runServe(args: Arguments): Promise<number> {
  const inputs = requireInputs(args.positionals);
  const times = drainTimes(args);
  const follows = inputs.some((it) => it !== '-');
  const out = logTakesOutput(args) ? process.stderr : process.stdout;
  const reporter = args.value('output') === 'json' ? jsonReporter() : textReporter({ startedAt: performance.now() - process.uptime() * 1000, follows, out });
  const { settings, start } = await askedPlane(args);
  const place = askedAdmin(args);
  const readiness = new Readiness();
  const record = new ServeRecord();
  const page = new Console(() => [servedSource(record, settings, plane)]);
  const view: AdminView = {
    console: page,
    metrics: async () => [...await plane?.metrics() ?? [], ...record.families()],
    readiness: () => readiness.state,
    statuses: () => record.statuses(),
    objects: () => record.objects(),
    configuration: () => record.configuration(),
    dataPlanes: () => plane?.states ?? [],
    explain: (query) => record.explain(query, settings),
    recentLines: (since) => plane?.recentLines?.(since),
  };
  let plane: ServedPlane | undefined;
  const early = typeof place === 'object' ? await openAskedAdmin(view, place) : undefined;
  const backends = await localBackends(args);
  const say = (line: string): void => reporter.say(line);
  const proxy = await start(say);
  plane = proxy;
  const controller = new Controller(controllerOptions(args, settings, await addressBook(args), { backends, proxy, reporter, readiness, record, page }));
  proxy.whenNews?.(() => void controller.again());
  const source = openFileSource(inputs);
  await Promise.race([controller.update(await source.read()), ...(proxy.gaveUp === undefined ? [] : [proxy.gaveUp])]);
  const watch = follows ? await follow(source, controller) : undefined;
  const admin = early ?? (place === 'off' ? undefined : await openUsualAdmin(view));
  if (admin !== undefined) reporter.admin(admin.place);
  if (proxy.note !== undefined) say(proxy.note);
  replaceOnSignal(proxy, times.graceMs, say);
  const gaveUp = await untilSignal(proxy.gaveUp);
  await drain({ watch, proxy, backends, reporter, readiness, record, page, times });
  await admin?.close();
  if (gaveUp !== undefined) throw new UsageError(gaveUp);
  return 0;
}

/** What the console is made from. An Envoy counts its requests itself. */
function servedSource(record: ServeRecord, settings: AskedPlane['settings'], plane: ServedPlane | undefined): ConsoleSource { // oxlint-disable-line max-params -- what it is made of.
  const counts = plane?.routeCounts === undefined ? {} : { metrics: async () => [...await plane.metrics(), ...await plane.routeCounts!()], lines: (since: number) => plane.recentLines?.(since) };
  return { name: 'serve', title: 'postern serve', applied: () => record.latest, settings: () => settings, dataPlanes: () => plane?.states, ...counts };
}

interface Parts {
  readonly backends: LocalBackends;
  readonly proxy: ServedPlane;
  readonly reporter: ServeReporter;
  readonly readiness: Readiness;
  readonly record: ServeRecord;
  readonly page: Console;
}

function controllerOptions(args: Arguments, settings: AskedPlane['settings'], addresses: AddressBook, { backends, proxy, reporter, readiness, record, page }: Parts): ControllerOptions { // oxlint-disable-line max-params -- what it is made of.
  const announce = announcements(args, (line) => reporter.say(line));
  return {
    settings, addresses,
    apply: (ir, _, change) => proxy.apply(announce(ir), change),
    complete: (snapshot, model) => backends.complete(snapshot, model),
    onApplied(applied) {
      readiness.begin();
      record.applied(applied);
      reporter.applied(applied);
      page.applied();
      backends.settle().catch((error: unknown) => reporter.bug(error));
    },
    onBug(error) {
      record.failed();
      reporter.bug(error);
    },
  };
}

function follow(source: FileSource, controller: Controller): Promise<FileWatch> {
  return source.watch((snapshot) => void controller.update(snapshot));
}

interface Ending extends Parts {
  readonly watch: FileWatch | undefined;
  readonly times: DrainTimes;
}

/** Readiness first, so that nobody sends more; then the ports; then what is under way. */
async function drain({ watch, proxy, backends, reporter, readiness, times }: Ending): Promise<void> {
  readiness.end();
  reporter.say('Draining; a second Ctrl-C ends at once.');
  await watch?.close();
  if (times.delayMs > 0) await pause(times.delayMs);
  await proxy.close(times.graceMs);
  await backends.close();
}
