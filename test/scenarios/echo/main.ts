/** The echo app of the scenarios as a program in a container: what `--demo` answers, by the environment that the README lists. */
import { subscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { Redacted } from '../../../src/base/index.ts';
import { echoIdentity } from '../../../src/cli/demo/echo-identity.ts';
import { startEcho } from '../../../src/cli/demo/start-echo.ts';

/** Time for the news to spread that this pod is leaving. */
const leaveMs = 2000;

const environment = new Map(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
const named = (name: string): string => environment.get(name) ?? '';
const protocol = named('PROTOCOL').toLowerCase();
const identity = echoIdentity({
  namespace: named('NAMESPACE'), name: named('POD_NAME'), app: named('APP'), version: named('VERSION'), labels: {}, ports: [], protocol, environment,
  ...(protocol === 'https' ? { keyPair: { chain: readFileSync(named('TLS_CERT'), 'utf8'), key: new Redacted(readFileSync(named('TLS_KEY'), 'utf8')) } } : {}),
});

// Copies of requests are answered to nobody: a line for each lets a check count them.
subscribe('http.server.request.start', (message) => {
  const { request } = message as { readonly request: { readonly url?: string } };
  process.stdout.write(`${JSON.stringify({ request: request.url })}\n`);
});
const port = Number(named('PORT'));
if (protocol === 'otlp') await (await import('./collector.ts')).collect(port);
else await startEcho(protocol, identity, { port, address: '0.0.0.0' });
process.once('SIGTERM', () => setTimeout(() => process.exit(0), leaveMs));
