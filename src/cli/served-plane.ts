import type { AttachSettings } from '../attach/index.ts';
import type { DataPlaneState } from '../controller/index.ts';
import type { Proxy } from '../proxy/index.ts';
import { envoyTranslation } from '../xds/index.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';
import { dataPlane, type DataPlane } from './data-plane.ts';
import { frontSettings } from './front-options.ts';
import { logForm, observeSettings } from './observe-options.ts';
import { proxyOptions, proxySettings } from './proxy-settings.ts';
import { nativeSettings } from './settings.ts';
import { wholeNumber } from './whole-number.ts';

export const servedPlaneOptions: Readonly<Record<string, OptionSpec>> = {
  'data-plane': { value: 'KIND', choices: ['native', 'envoy'], help: 'What carries the traffic: this program itself (if not given), or an Envoy that it starts and drives.' },
  'envoy-path': { value: 'FILE', help: 'The Envoy to start; $ENVOY, or the one on the PATH, if not given.' },
};

/** What carries the traffic of files. */
export interface ServedPlane extends Pick<Proxy, 'apply' | 'close' | 'metrics' | 'recentLines' | 'routeCounts'>, Pick<DataPlane, 'replaceAll'> {
  /** Has `listener` called when what it last reported is other now. */
  whenNews?(listener: () => void): void;
  /** What it has of the configuration; absent where it is this process. */
  readonly states?: readonly DataPlaneState[];
  /** Resolves to a sentence where it will never carry anything; absent where that can't be. */
  readonly gaveUp?: Promise<string>;
  /** A line for people, once it serves. */
  readonly note?: string;
}

/** A data plane before it is started. */
export interface AskedPlane {
  /** With what it can carry. */
  readonly settings: AttachSettings;
  /** `say` hears what happens to it. */
  start(say: (line: string) => void): Promise<ServedPlane>;
}

/** The data plane that `--data-plane` asks for. Throws UsageError. */
export async function askedPlane(args: Arguments): Promise<AskedPlane> {
  const settings = nativeSettings({ strict: args.on('strict') });
  const kind = args.value('data-plane') ?? 'native';
  if (kind === 'envoy') return askedEnvoy(args, settings);
  if (kind !== 'native') throw new UsageError(`--data-plane ${kind}: native or envoy`);
  if (args.value('envoy-path') !== undefined) throw new UsageError('--envoy-path has a meaning only with --data-plane envoy');
  const ofProxy = { ...proxySettings(args), ...observeSettings(args) };
  return { settings, start: (say) => dataPlane(args, ofProxy, say) };
}

/** Options that say what the native proxy is like; Envoy has no such setting here. */
const nativeOnly = [...Object.keys(proxyOptions).filter((it) => it !== 'trusted-proxy'), 'cause-header', 'access-log-no-query'];

async function askedEnvoy(args: Arguments, settings: AttachSettings): Promise<AskedPlane> {
  const unknown = nativeOnly.find((it) => args.value(it) !== undefined || args.on(it));
  if (unknown !== undefined) throw new UsageError(`--${unknown} is of the native data plane; leave it out with --data-plane envoy`);
  const log = logForm(args);
  if (log?.format === 'text') throw new UsageError('--access-log-format text is of the native data plane; Envoy writes JSON: give --access-log-format json');
  const [{ findEnvoy }, { LocalEnvoy }, { envoyCapabilities }] = await Promise.all([import('./envoy/find-envoy.ts'), import('./envoy/local-envoy.ts'), envoyTranslation()]);
  const { trustedProxies = [] } = frontSettings(args);
  const workers = args.value('workers');
  const asked = {
    program: findEnvoy(args),
    terms: { ...(trustedProxies.length === 0 ? {} : { trustedProxies }), ...(log === undefined ? {} : { accessLog: 'json' as const }), ...(args.on('metrics-by-route') ? { metricsByRoute: true } : {}) },
    ...(workers === undefined || workers === 'auto' ? {} : { concurrency: wholeNumber(args, 'workers', 1) }),
    ...(log === undefined ? {} : { accessLog: log.to }),
  };
  return {
    settings: { ...settings, capabilities: envoyCapabilities },
    async start(say) {
      const envoy = await LocalEnvoy.start(asked, say);
      return {
        apply: (ir, change) => envoy.apply(ir, change), close: (graceMs) => envoy.close(graceMs), metrics: () => envoy.metrics(),
        gaveUp: envoy.gaveUp,
        whenNews: (listener) => void (envoy.onNews = listener),
        get states() { return envoy.states; },
        get note() { return envoy.admin === undefined ? 'Envoy does not answer yet.' : `Envoy's own administration: http://${envoy.admin}`; },
      };
    },
  };
}
