import type { Certificates } from './certificates.ts';
import { checkRequest } from './check-request.ts';
import { CheckFailed, type Check } from './check.ts';
import { holds, receivedHeader } from './expect-answer.ts';
import { loadScenarios } from './load-scenarios.ts';
import { Client } from './send.ts';
import { prepare, serveFor, type LocalWorld } from './world.ts';

/** What a check of operation asks for, by the beginning of the intent: the scenario whose manifests are served, and how. */
const trials: readonly { readonly intent: string; readonly scenario: string; readonly flags: readonly string[]; run(world: LocalWorld): Promise<void> }[] = [
  { intent: 'a JSON access log on stdout with the X-Request-Id', scenario: '28-telemetry', flags: ['--access-log', '-', '--access-log-format', 'json'], run: accessLog },
  { intent: 'an admin address of the TypeScript data plane with listeners, routes, backends', scenario: '26-config-pipeline', flags: [], run: configuration },
];

/** Tries what a check asks of whoever operates Postern; undefined where it asks for something else. */
export function operationOf(check: Check): ((certificates: Certificates) => Promise<undefined>) | undefined {
  const trial = trials.find(({ intent }) => check.cli?.intent.startsWith(intent));
  if (trial === undefined) return undefined;
  return async (certificates) => {
    const [scenario] = await loadScenarios([trial.scenario]);
    if (scenario === undefined) throw new CheckFailed(`there is no scenario ${trial.scenario}`);
    await serveFor(scenario, { manifests: await prepare(scenario, certificates), certificates, flags: trial.flags }, (world) => trial.run(world));
    return undefined;
  };
}

async function accessLog(world: LocalWorld): Promise<void> {
  const client = new Client(1, world.authority);
  try {
    const answer = await client.send({ scheme: 'http', port: 80, path: '/logged' }, world.serving.open('echo/echo', 80));
    if ('error' in answer) throw new CheckFailed(`no answer: ${answer.error}`);
    const line = await world.serving.logLine((it) => it['url.path'] === '/logged');
    const id = receivedHeader(answer, 'X-Request-Id');
    holds(id !== '' && line['request_id'] === id, `the log says ${String(line['request_id'])}, the backend saw ${id}`);
    holds(line['gateway'] === 'echo/echo' && line['route'] === 'HTTPRoute/echo/echo-1' && line['rule'] === 'all', `the line names other objects: ${JSON.stringify(line)}`);
  } finally {
    client.close();
  }
}

/** The page that shows what is in force names each object of the scenario as status does. */
async function configuration(world: LocalWorld): Promise<void> {
  const { address, port } = await world.serving.admin();
  const page = await (await fetch(`http://${address}:${port}/config`)).json() as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const gateway = world.serving.latest.gateways.find(({ programmed }) => programmed);
  if (gateway === undefined) throw new CheckFailed('no Gateway is programmed');
  const objects = (table: string): { readonly namespace: string; readonly name: string }[] => Object.values(page[table] ?? {}).map((it) => (it as { origin: { namespace: string; name: string } }).origin);
  holds(objects('listeners').some(({ namespace, name }) => namespace === gateway.namespace && name === gateway.name), `no listener of ${gateway.namespace}/${gateway.name}`);
  const routes = world.serving.latest.objects.filter(({ kind }) => kind === 'HTTPRoute');
  for (const { metadata } of routes) holds(objects('routes').some(({ namespace, name }) => namespace === metadata.namespace && name === metadata.name), `no route of ${metadata.name}`);
  const endpoints = Object.values(page['endpoints'] ?? {}).flat() as { readonly ready?: boolean }[];
  holds(objects('backends').length > 0 && endpoints.length > 0 && endpoints.every(({ ready }) => typeof ready === 'boolean'), 'endpoints do not say whether they are ready');
  await checkRequest({ name: 'it serves', via: `${gateway.namespace}/${gateway.name}`, request: { scheme: 'http', port: gateway.listeners[0]?.port ?? 80, path: '/details/1' }, expect: { statusIn: [200, 404] } }, world);
}
