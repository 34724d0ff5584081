/** Whatever was edited in whatever order: the result is the one from nothing. This is what makes remembering safe. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttachSettings, Graph } from '../attach/index.ts';
import { Redacted } from '../base/index.ts';
import type { ApplyReport, Placement, Snapshot, SourceObject } from '../contract/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import { Controller, type Applied } from './controller.ts';
import { edit, firstWorld, type Edit } from './testing/random-objects.ts';

const settings: AttachSettings = {
  controllerName: 'test.dev/controller', capabilities: nativeCapabilities, adoptForeignClasses: false,
  checkAuthorities: (bundle) => (bundle.startsWith('CA ') ? undefined : 'no PEM certificate in it.'),
  checkKeyPair: (chain) => (chain.startsWith('CERT ') ? { names: chain.split(' ').slice(1) } : { error: 'tls.crt is not a PEM certificate.' }),
};

/** An address for each Gateway by its name, so that nothing depends on who comes first. */
function placed(graph: Graph): Placement {
  const keys = [...graph.gateways.values()].filter((it) => it.accepted.ok).map((it) => it.gateway.key);
  return new Map(keys.map((key) => [key, { addresses: [{ type: 'IPAddress', value: `127.0.${key.startsWith('a') ? 1 : 2}.${key.at(-1)}` }], ports: new Map() }]));
}

/** Takes IRs as a data plane would that keeps its own copy and is told of changes. */
class Copy {
  ir: Ir | undefined;

  apply(ir: Ir, change: IrChange | undefined): ApplyReport {
    if (change === undefined || this.ir === undefined) this.ir = Object.fromEntries(Object.entries(ir).map(([name, table]) => [name, { ...table }])) as unknown as Ir;
    else {
      for (const [name, keys] of Object.entries(change) as [keyof IrChange, ReadonlySet<string>][]) {
        const [own, theirs] = [this.ir[name] as Record<string, unknown>, ir[name]];
        for (const key of keys) {
          if (theirs[key] === undefined) delete own[key];
          else own[key] = theirs[key];
        }
      }
    }
    return { listeners: Object.fromEntries([...Object.keys(ir.listeners), ...Object.keys(ir.streamListeners ?? {})].map((key) => [key, { state: 'serving' }])) };
  }
}

class Subject {
  readonly copy = new Copy();
  /** Statuses as a writer has them that is told of changes. */
  readonly told = new Map<string, unknown>();
  applied: Applied | undefined;
  readonly controller = new Controller({
    settings, addresses: { place: (graph) => Promise.resolve({ placement: placed(graph), findings: [] }) },
    apply: (ir, _, change) => Promise.resolve(this.copy.apply(ir, change)),
    onApplied: (applied) => {
      this.applied = applied;
      for (const { ref } of applied.statusChange.gone) this.told.delete(text(ref));
      for (const { ref, status } of applied.statusChange.come) this.told.set(text(ref), withoutTimes(status));
    },
    onBug: (error) => { throw error; },
  });

  async meaning(snapshot: Snapshot): Promise<unknown> {
    await this.controller.update(snapshot);
    const { statuses, findings, ir, model } = this.applied!;
    const byText = findings.map((it) => text(it)).sort();
    const routes = statuses.map(({ ref }) => ref).filter(({ kind }) => kind.endsWith('Route')).map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`);
    return {
      told: this.told, statuses: new Map(statuses.map(({ ref, status }) => [text(ref), withoutTimes(status)])), routes, findings: byText,
      namespaces: new Set(model.objects.Namespace.keys()), ir: revealed(ir), copy: revealed(this.copy.ir),
    };
  }
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function withoutTimes(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === 'lastTransitionTime' ? undefined : inner)));
}

/** Secrets count too. */
function revealed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, function reveal(this: Readonly<Record<string, unknown>>, key: string, inner: unknown): unknown {
    const own = this[key];
    return own instanceof Redacted ? `secret ${String(own.reveal())}` : inner;
  }));
}

/** Objects in the order of their first coming, as a source lists them. */
class Source {
  readonly #objects = new Map<string, SourceObject>();
  #order = 0;

  edit({ id, object }: Edit): void {
    if (object === undefined) this.#objects.delete(id);
    else this.#objects.set(id, { value: object, generation: 1, order: this.#order++, locate: () => undefined, excerpt: () => undefined });
  }

  get snapshot(): Snapshot {
    return { objects: [...this.#objects.values()], findings: [] };
  }
}

test('after any edits the result is the same as from nothing', async () => {
  await fc.assert(fc.asyncProperty(firstWorld, fc.array(fc.array(edit, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 }), async (first, steps) => {
    const source = new Source();
    const subject = new Subject();
    for (const one of first) source.edit(one);
    await subject.meaning(source.snapshot);
    for (const step of steps) {
      for (const one of step) source.edit(one);
      assert.deepEqual(await subject.meaning(source.snapshot), await new Subject().meaning(source.snapshot));
    }
  }), { numRuns: Number(process.env['RUNS'] ?? 60) });
});

test('what an edit does not touch keeps its identity', async () => {
  await fc.assert(fc.asyncProperty(firstWorld, async (first) => {
    const source = new Source();
    const subject = new Subject();
    for (const one of first) source.edit(one);
    await subject.controller.update(source.snapshot);
    const before = subject.applied!;
    for (const one of first.slice(-1)) source.edit(one);
    await subject.controller.update(source.snapshot);
    assert.ok(subject.applied!.statuses.every((it, index) => it === before.statuses[index]), 'statuses');
  }), { numRuns: 30 });
});
