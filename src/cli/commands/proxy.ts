import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { FollowedIr, irTypeUrl } from '../../controller/index.ts';
import type { AdminView } from '../../admin/index.ts';
import { AdsClient } from '../../xds/index.ts';
import { accessOptions } from '../access-options.ts';
import { askedAdmin, openAskedAdmin, openUsualAdmin } from '../admin-endpoint.ts';
import { collectForEntries } from '../collection.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { dataPlane, dataPlaneOptions, drainTimes, replaceOnSignal } from '../data-plane.ts';
import type { Ir } from '../../ir/index.ts';
import { KeptConfiguration } from '../kept-configuration.ts';
import { observeOptions, observeSettings } from '../observe-options.ts';
import { proxyOptions, proxySettings } from '../proxy-settings.ts';
import { Readiness } from '../readiness.ts';
import { untilSignal } from '../signals.ts';

export const proxy: Command = {
  name: 'proxy',
  summary: 'Carry the traffic of one Gateway, as a controller says.',
  usage: '(--gateway NAMESPACE/NAME --control-plane HOST:PORT | status | config [NAME]) [options]',
  description: 'What the pods of a Gateway run: follows its configuration from the controller and serves it. With --state the last configuration is kept,\nand a start without the controller serves that.\nproxy status tells which data planes follow a controller and what they refused last; proxy config what a running Envoy has, with the objects it comes from.',
  options: {
    gateway: { value: 'NAMESPACE/NAME', help: 'The Gateway whose traffic it carries.' },
    'control-plane': { value: 'HOST:PORT', help: 'Where the controller hands configuration out.' },
    authority: { value: 'FILE', help: 'PEM of the certificate that vouches for the controller.' },
    'token-file': { value: 'FILE', help: 'The token that says who we are; read anew for each connection.' },
    state: { value: 'FOLDER', help: 'Where the last configuration is kept; nowhere if not given.' },
    ...proxyOptions,
    ...dataPlaneOptions,
    ...observeOptions,
    admin: { value: 'ADDRESS:PORT', help: `${observeOptions['admin']!.help} With status and config: where that of a running serve or controller is.` },
    ...accessOptions,
    envoy: { value: 'URL', help: 'With config: the administration of the Envoy, such as http://127.0.0.1:15000.' },
    output: { short: 'o', value: 'FORMAT', choices: ['text', 'json'], help: 'With status and config: how it is printed.' },
  },
  examples: [
    ['postern proxy --gateway prod/web --control-plane postern.postern-system:18000 --authority ca.crt --token-file token', 'the pod of a Gateway'],
    ['postern proxy status --context prod', 'which data planes have the newest configuration'],
    ['postern proxy config web-postern-envoy-5f4c-x2x7k --context prod', 'what that Envoy has, and why'],
  ],
  run: (args) => runWhat(args),
};

async function runWhat(args: Arguments): Promise<number> {
  const [what, name, ...more] = args.positionals;
  if (what === undefined) return runProxy(args);
  const { proxyStatus, proxyConfig } = await import('../proxy-inspect.ts');
  if (what === 'status' && name === undefined) return proxyStatus(args);
  if (what === 'config' && more.length === 0) return proxyConfig(args, name);
  throw new UsageError('give status, or config and the name of a data plane');
}

async function runProxy(args: Arguments): Promise<number> {
  const [gateway, server] = [required(args, 'gateway'), required(args, 'control-plane')];
  const [authority, token] = [required(args, 'authority'), required(args, 'token-file')];
  const times = drainTimes(args);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const plane = await dataPlane(args, { ...proxySettings(args), ...observeSettings(args) }, say);
  const followed = new FollowedIr(plane);
  const readiness = new Readiness();
  const place = askedAdmin(args);
  const view: AdminView = { metrics: () => plane.metrics(), readiness: () => readiness.state, statuses: () => [], configuration: () => followed.ir, explain: (query) => explainWith(followed.ir, query), ...(plane.recentLines === undefined ? {} : { recentLines: (since) => plane.recentLines!(since) }) };
  const admin = place === 'off' ? undefined : await (place === undefined ? openUsualAdmin(view) : openAskedAdmin(view, place));
  const kept = new KeptConfiguration(args.value('state'), followed, say);
  if (await restored(followed, kept, say)) readiness.begin();
  collectForEntries(followed.versions().size);
  const client = new AdsClient({
    server: `https://${server}`, typeUrl: irTypeUrl, nodeId: `${gateway}#${hostname()}`,
    authority: () => readFileSync(authority, 'utf8'),
    token: () => readFileSync(token, 'utf8').trim(),
    versions: () => followed.versions(),
    async take(change) {
      const failed = await followed.take(change);
      collectForEntries(followed.versions().size);
      kept.write([...change.resources.map((it) => it.name), ...change.removed]);
      readiness.begin();
      return failed;
    },
    onTrouble: say,
  });
  void client.run();
  replaceOnSignal(plane, times.graceMs, say);
  await untilSignal();
  readiness.end();
  client.stop();
  kept.flush();
  if (times.delayMs > 0) await pause(times.delayMs);
  // Others carry the traffic now, so there is time for idle clients to notice by an answer and not by an end.
  await plane.close(times.graceMs, times.delayMs > 0 ? 'patient' : 'prompt');
  await admin?.close();
  return 0;
}

/** A data plane has no objects: it knows what it does, and not whose mistake that is. */
async function explainWith(ir: Ir, query: string): Promise<unknown> {
  return (await import('../explain-live.ts')).answerQuery(query, { ir });
}

function required(args: Arguments, name: string): string {
  const value = args.value(name);
  if (value === undefined) throw new UsageError(`--${name} is needed`);
  return value;
}

/** Goes on with the configuration of the last run; whether there was one that could be used. */
async function restored(followed: FollowedIr, kept: KeptConfiguration, say: (line: string) => void): Promise<boolean> {
  try {
    const saved = kept.read();
    if (saved === undefined) return false;
    await followed.restore(saved);
    say('Serving the last configuration until the control plane has a newer one.');
    return true;
  } catch (error) {
    // It is only a copy: the control plane has the configuration.
    say(`The last configuration can't be used: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
