/** What tests of metrics and logs stand on: an IR whose nodes have names, figures by name and labels, lines of a log. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { MetricFamily, MetricSample } from '../../../contract/index.ts';
import type { Ir } from '../../../ir/index.ts';
import type { Proxy } from '../../index.ts';
import { eventually, irOf, type Plan } from '../../testing/rig.test.ts';

const gateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'infra', name: 'edge' };

/** The IR of a plan with the names of a Gateway, its listener, a route and Services. */
export function named(plan: Plan): Ir {
  const ir = irOf(plan);
  return {
    ...ir,
    listeners: Object.fromEntries(Object.entries(ir.listeners).map(([key, it]) => [key, { ...it, origin: { ...gateway, section: key } }])),
    routes: Object.fromEntries(Object.entries(ir.routes).map(([key, it], rule) => [key, { ...it, origin: { group: '', kind: 'HTTPRoute', namespace: 'shop', name: 'cart', rule, match: 0 } }])),
    backends: Object.fromEntries(Object.entries(ir.backends).map(([key, it]) => [`service/shop/${key}/80`, { ...it, origin: { group: '', kind: 'Service', namespace: 'shop', name: key } }])),
    endpoints: Object.fromEntries(Object.entries(ir.endpoints).map(([key, it]) => [`service/shop/${key}/80`, it])),
  };
}

/** The key that `named` gives a backend. */
export function service(name: string): string {
  return `service/shop/${name}/80`;
}

/** Figures of a proxy by name; `labels` are some of those that a sample has. */
export class Figures {
  private readonly families: readonly MetricFamily[];

  constructor(families: readonly MetricFamily[]) {
    this.families = families;
  }

  static async of(proxy: Proxy): Promise<Figures> {
    return new Figures(await proxy.metrics());
  }

  samples(name: string, labels: Readonly<Record<string, string>> = {}): MetricSample[] {
    const family = this.families.find((it) => it.name === name);
    assert.ok(family !== undefined, `no family ${name}`);
    return family.samples.filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels.some(([own, its]) => own === key && its === value)));
  }

  /** The sum over the samples with these labels. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples(name, labels).reduce((sum, { value }) => sum + value, 0);
  }
}

/** Waits until a figure has a value. */
export async function untilFigure(proxy: Proxy, wanted: number, [name, labels = {}]: readonly [name: string, labels?: Readonly<Record<string, string>>]): Promise<void> {
  while (new Figures(await proxy.metrics()).value(name, labels) !== wanted) await new Promise((resolve) => { setTimeout(resolve, 5); });
}

export interface WatchedLog {
  readonly path: string;
  /** Waits until there are so many lines, and reads them. */
  lines(count: number): Promise<Record<string, unknown>[]>;
}

/** A log file for the time of a test. */
export function logFile(t: TestContext): WatchedLog {
  const folder = mkdtempSync(join(tmpdir(), 'postern-log-'));
  t.after(() => { rmSync(folder, { recursive: true }); });
  const path = join(folder, 'access.log');
  const read = (): string[] => readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return {
    path,
    async lines(count) {
      await eventually(() => read().length >= count);
      assert.equal(read().length, count, read().join('\n'));
      return read().map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

test('names go into the IR', () => {
  const ir = named({ backends: { main: [] } });
  assert.deepEqual(Object.keys(ir.backends), [service('main')]);
  assert.equal(ir.listeners['web']?.origin.section, 'web');
});
