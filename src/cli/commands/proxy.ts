import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FollowedIr, irTypeUrl } from '../../controller/index.ts';
import type { AdminView } from '../../admin/index.ts';
import type { Ir } from '../../ir/index.ts';
import { AdsClient } from '../../xds/index.ts';
import { askedAdmin, openAskedAdmin, openUsualAdmin } from '../admin-endpoint.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { dataPlane, dataPlaneOptions, drainTimes, replaceOnSignal } from '../data-plane.ts';
import { observeOptions, observeSettings } from '../observe-options.ts';
import { proxyOptions, proxySettings } from '../proxy-settings.ts';
import { Readiness } from '../readiness.ts';
import { untilSignal } from '../signals.ts';

export const proxy: Command = {
  name: 'proxy',
  summary: 'Carry the traffic of one Gateway, as a controller says.',
  usage: '--gateway NAMESPACE/NAME --control-plane HOST:PORT [options]',
  description: 'What the pods of a Gateway run: follows its configuration from the controller and serves it. With --state the last configuration is kept,\nand a start without the controller serves that.',
  options: {
    gateway: { value: 'NAMESPACE/NAME', help: 'The Gateway whose traffic it carries.' },
    'control-plane': { value: 'HOST:PORT', help: 'Where the controller hands configuration out.' },
    authority: { value: 'FILE', help: 'PEM of the certificate that vouches for the controller.' },
    'token-file': { value: 'FILE', help: 'The token that says who we are; read anew for each connection.' },
    state: { value: 'FOLDER', help: 'Where the last configuration is kept; nowhere if not given.' },
    ...proxyOptions,
    ...dataPlaneOptions,
    ...observeOptions,
  },
  examples: [['postern proxy --gateway prod/web --control-plane postern.postern-system:18000 --authority ca.crt --token-file token', 'the pod of a Gateway']],
  run: (args) => runProxy(args),
};

async function runProxy(args: Arguments): Promise<number> {
  const [gateway, server] = [required(args, 'gateway'), required(args, 'control-plane')];
  const [authority, token] = [required(args, 'authority'), required(args, 'token-file')];
  const times = drainTimes(args);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const plane = await dataPlane(args, { ...proxySettings(args), ...observeSettings(args) }, say);
  const readiness = new Readiness();
  const place = askedAdmin(args);
  const view: AdminView = { metrics: () => plane.metrics(), readiness: () => readiness.state, statuses: () => [], configuration: () => last ?? {} };
  let last: Ir | undefined;
  const admin = place === 'off' ? undefined : await (place === undefined ? openUsualAdmin(view) : openAskedAdmin(view, place));
  const followed = new FollowedIr((ir) => {
    last = ir;
    return plane.apply(ir);
  });
  const kept = keeper(args.value('state'));
  const saved = kept.read();
  if (saved !== undefined) {
    await followed.restore(saved);
    readiness.begin();
    say('Serving the last configuration until the control plane has a newer one.');
  }
  const client = new AdsClient({
    server: `https://${server}`, typeUrl: irTypeUrl, nodeId: `${gateway}#${hostname()}`,
    authority: () => readFileSync(authority, 'utf8'),
    token: () => readFileSync(token, 'utf8').trim(),
    versions: () => followed.versions(),
    async take(change) {
      const failed = await followed.take(change);
      kept.write(followed.save());
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
  if (times.delayMs > 0) await pause(times.delayMs);
  await plane.close(times.graceMs);
  await admin?.close();
  return 0;
}

function required(args: Arguments, name: string): string {
  const value = args.value(name);
  if (value === undefined) throw new UsageError(`--${name} is needed`);
  return value;
}

/** Keeps a configuration from start to start; nobody but this user may read it, since keys are in it. */
function keeper(folder: string | undefined): { read(): string | undefined; write(text: string): void } {
  if (folder === undefined) return { read: () => undefined, write: () => undefined };
  const file = join(folder, 'configuration.json');
  return {
    read: () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    write(text) {
      mkdirSync(folder, { recursive: true });
      // Written aside and moved, so that a half-written one is never found.
      writeFileSync(`${file}.new`, text, { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}
