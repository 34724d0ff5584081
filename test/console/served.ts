/** The console as it is served, with views of one's own behind it. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundleConsole } from '../../scripts/bundle-console.ts';
import { type AdminServer, type ConsoleView, openAdmin } from '../../src/admin/index.ts';
import { tempFolder } from '../harness/temp-folder.ts';

export interface Served {
  readonly origin: string;
  readonly server: AdminServer;
}

export async function serveConsole(t: TestContext, view: () => ConsoleView): Promise<Served> {
  const folder = join(tempFolder(t), 'console');
  await bundleConsole(folder);
  const server = await openAdmin({
    metrics: () => Promise.resolve([]), readiness: () => 'ready', statuses: () => [], configuration: () => ({}), console: { view: () => Promise.resolve(view()), files: pathToFileURL(`${folder}/`) },
  }, { address: '127.0.0.1', port: 0 });
  t.after(() => server.close());
  return { origin: `http://127.0.0.1:${server.place.port}`, server };
}
