import { join } from 'node:path';
import { parse } from 'yaml';
import { readFile } from 'node:fs/promises';
import { startHttpEcho, type EchoServer } from '../../src/cli/demo/echo-server.ts';
import { CheckFailed, type Check } from './check.ts';
import { checkRequest } from './check-request.ts';
import { loadScenarios } from './load-scenarios.ts';
import { Manifests } from './manifests.ts';
import { ServeProcess } from './serve-process.ts';
import { waitsFor } from './waits.ts';

/** What stands in for the commands of the seeds, by the beginning of the intent. */
const commands: readonly (readonly [intent: string, run: () => Promise<void>])[] = [
  ['the standalone data plane reads a folder of manifests, plus standalone/endpoints.yaml', standalone],
];

/** Tries the command that a check asks for; throws CheckFailed. */
export async function checkCommand(check: Check): Promise<undefined> {
  const found = commands.find(([intent]) => check.cli?.intent.startsWith(intent));
  if (found === undefined) throw new CheckFailed(`the runner has no command with the intent "${check.cli?.intent}"`);
  await found[1]();
}

interface LocalBackend {
  readonly app: string;
  readonly version: string;
  readonly namespace: string;
  readonly pod: string;
  readonly listen: string;
}

/** Bookinfo with echo processes on local ports and an EndpointSlice for each, and no demo backends. */
async function standalone(): Promise<void> {
  const [scenario] = await loadScenarios(['01-bookinfo-http']);
  if (scenario === undefined) throw new CheckFailed('there is no bookinfo scenario');
  const { backends } = parse(await readFile(join(scenario.folder, 'standalone/backends.yaml'), 'utf8')) as { backends: LocalBackend[] };
  const servers: EchoServer[] = [];
  const ports = new Map<string, number>();
  for (const { listen, app, version, namespace, pod } of backends) {
    const server = await startHttpEcho({ app, version, namespace, pod, fixtures: new Map([['/details/1', bookRecord(scenario.checks)]]) });
    servers.push(server);
    ports.set(listen.split(':')[1] ?? '', server.port);
  }
  // The ports of the file are wishes of a person's machine; here each process has one from the kernel.
  const manifests = await Manifests.copy([join(scenario.folder, 'manifests'), join(scenario.folder, 'standalone/endpoints.yaml')],
    (text) => text.replace(/port: (190\d\d)\b/g, (whole, port: string) => `port: ${ports.get(port) ?? whole}`));
  const serving = await ServeProcess.start(manifests.folder, { demo: false });
  try {
    const requests = scenario.checks.filter((check) => check.request !== undefined && check.given === undefined && waitsFor(scenario, check, 'local') === undefined);
    for (const check of requests) await checkRequest(check, { serving, authority: '' });
  } finally {
    await serving.stop();
    await Promise.all([manifests.discard(), ...servers.map((server) => server.close())]);
  }
}

/** The body that the scenario's first check expects of the details service. */
function bookRecord(checks: readonly Check[]): unknown {
  return checks.find((check) => check.expect?.['json'] !== undefined)?.expect?.['json'];
}
