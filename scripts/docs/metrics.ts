import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricFamily } from '../../src/contract/index.ts';
import { ControllerAdmin } from '../../src/cli/controller-admin.ts';
import { ServeRecord } from '../../src/cli/serve-record.ts';
import { createProxy } from '../../src/proxy/index.ts';

/** What is wrong with the tables of metrics on a page: a metric that is missing or unknown, or has another type. */
export async function wrongMetrics(root: string, page: string): Promise<string[]> {
  const rows = [...readFileSync(join(root, page), 'utf8').matchAll(/^\| `([a-z_]+)` \| (counter|gauge|histogram) \|/gm)].map(([, name, type]) => `${name} (${type})`);
  const known = (await allFamilies()).map(({ name, type }) => `${name} (${type})`);
  return [
    ...known.filter((it) => !rows.includes(it)).map((it) => `${page}: no row for the metric ${it}`),
    // Only some systems have these.
    ...rows.filter((it) => !known.includes(it) && it !== 'process_open_fds (gauge)').map((it) => `${page}: there is no metric ${it}`),
  ];
}

async function allFamilies(): Promise<MetricFamily[]> {
  const proxy = createProxy();
  const families = await proxy.metrics();
  await proxy.close(0);
  return [...families, ...new ServeRecord().families(), ...await new ControllerAdmin().metrics()];
}
