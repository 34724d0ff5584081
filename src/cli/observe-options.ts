import { closeSync, openSync } from 'node:fs';
import type { ProxySettings } from '../proxy/index.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';
import { fileTrouble } from './file-trouble.ts';

export const observeOptions: Readonly<Record<string, OptionSpec>> = {
  admin: { value: 'ADDRESS:PORT', help: 'Where the console, /metrics, /healthz, /readyz and /status are, or off; 127.0.0.1:9901, or a free port, if not given.' },
  'access-log': { value: 'FILE', help: 'Write a line for each request and connection, - for standard output; none if not given.' },
  'access-log-format': { value: 'FORMAT', choices: ['json', 'text'], help: 'JSON, or text for people; text at a terminal and JSON elsewhere if not given.' },
  'access-log-no-query': { help: 'Leave queries out of the access log.' },
  'metrics-by-route': { help: 'Count requests by route and rule too: as many series as you have rules.' },
  'cause-header': { help: 'Say in X-Postern-Cause why Postern answered itself.' },
};

/** Where the access log goes, and how it is written; undefined: there is none. Throws UsageError. */
export function logForm(args: Arguments): { readonly to: string; readonly format: 'json' | 'text'; readonly query: boolean } | undefined {
  const to = args.value('access-log');
  if (to === undefined) refuseForms(args);
  if (to === undefined) return undefined;
  if (to !== '-') checkWritable(to);
  return { to, format: logFormat(args), query: !args.on('access-log-no-query') };
}

/** What the proxy is to tell of requests. */
export function observeSettings(args: Arguments): Pick<ProxySettings, 'accessLog' | 'metricsByRoute' | 'causeHeader'> {
  const accessLog = logForm(args);
  return {
    ...(accessLog === undefined ? {} : { accessLog }),
    metricsByRoute: args.on('metrics-by-route'), causeHeader: args.on('cause-header'),
  };
}

/** Who says how lines are to be written wants some. */
function refuseForms(args: Arguments): void {
  const given = args.value('access-log-format') !== undefined ? '--access-log-format' : args.on('access-log-no-query') ? '--access-log-no-query' : undefined;
  if (given !== undefined) throw new UsageError(`${given} needs --access-log: without it no line is written; give --access-log - for standard output, or a file`);
}

/** Lines of JSON take standard output for themselves: what serve says to people goes elsewhere. */
export function logTakesOutput(args: Arguments): boolean {
  return args.value('access-log') === '-' && logFormat(args) === 'json';
}

function logFormat(args: Arguments): 'json' | 'text' {
  const asked = args.value('access-log-format');
  if (asked === 'json' || asked === 'text') return asked;
  return args.value('access-log') === '-' && process.stdout.isTTY ? 'text' : 'json';
}

function checkWritable(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o640));
  } catch (error) {
    throw new UsageError(`--access-log ${file}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such folder' : fileTrouble(error)}`, { cause: error });
  }
}
