/** Whatever was edited in whatever order: the result is the one from nothing. This is what makes remembering safe. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AttachSettings, Graph } from '../attach/index.ts';
import { Redacted } from '../base/index.ts';
import type { ApplyReport, ListenerReport, Placement, Snapshot, SourceObject } from '../contract/index.ts';
import type { Ir, IrChange } from '../ir/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import { Controller, type Applied } from './controller.ts';
import { edit, firstWorld, type Edit } from './testing/random-objects.ts';

const settings: AttachSettings = {
  controllerName: 'test.dev/controller', capabilities: nativeCapabilities, adoptForeignClasses: false,
  checkAuthorities: (bundle) => (bundle.startsWith('CA ') ? undefined : 'no PEM certificate in it.'),
  checkKeyPair: (chain) => (chain.startsWith('CERT ') ? { names: chain.split(' ').slice(1) } : { error: 'tls.crt is not a PEM certificate.' }),
};

/** An address for each Gateway by its name, so that nothing depends on who comes first, and in some moods another one. */
function placed(graph: Graph, mood: number): Placement {
  const keys = [...graph.gateways.values()].filter((it) => it.accepted.ok).map((it) => it.gateway.key);
  return new Map(keys.map((key) => [key, { addresses: [{ type: 'IPAddress', value: `127.${mood === 1 ? 1 : 0}.${key.startsWith('a') ? 1 : 2}.${key.at(-1)}` }], ports: new Map() }]));
}

/** Takes IRs as a data plane would that keeps its own copy and is told of changes. */
class Copy {
  ir: Ir | undefined;
  /** What it says of listeners. */
  mood = 0;

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
    return reported([...Object.keys(ir.listeners), ...Object.keys(ir.streamListeners ?? {})], this.mood);
  }
}

/** In each mood other listeners fail, are not told of, or have a but; in mood 0 all are served. */
function reported(keys: readonly string[], mood: number): ApplyReport {
  const reports = keys.map((key): [string, ListenerReport | undefined] => {
    const draw = (key.length + Number(key.at(-1)) + mood) % 4;
    if (mood === 0 || draw === 0) return [key, { state: 'serving' }];
    if (draw === 1) return [key, { state: 'serving', but: `Not by data plane ${mood}.` }];
    return [key, draw === 2 ? { state: 'failed', reason: 'PortUnavailable', message: 'It is taken.' } : undefined];
  });
  return { listeners: Object.fromEntries(reports.filter(([, it]) => it !== undefined)) as ApplyReport['listeners'], ...(mood === 2 ? { gateways: { 'a/g0': { but: 'One is behind.' } } } : {}) };
}

class Subject {
  readonly copy = new Copy();
  /** Statuses as a writer has them that is told of changes. */
  readonly told = new Map<string, unknown>();
  applied: Applied | undefined;
  readonly controller = new Controller({
    settings, addresses: { place: (graph) => Promise.resolve({ placement: placed(graph, this.copy.mood), findings: [] }) },
    apply: (ir, _, change) => Promise.resolve(this.copy.apply(ir, change)),
    onApplied: (applied) => {
      this.applied = applied;
      for (const { ref } of applied.statusChange.gone) this.told.delete(text(ref));
      for (const { ref, status } of applied.statusChange.come) this.told.set(text(ref), withoutTimes(status));
    },
    onBug: (error) => { throw error; },
  });

  async meaning(snapshot: Snapshot, mood = 0): Promise<unknown> {
    this.copy.mood = mood;
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
  await fc.assert(fc.asyncProperty(firstWorld, fc.array(fc.tuple(fc.array(edit, { maxLength: 3 }), fc.nat(3)), { minLength: 1, maxLength: 12 }), async (first, steps) => {
    const source = new Source();
    const subject = new Subject();
    for (const one of first) source.edit(one);
    await subject.meaning(source.snapshot);
    for (const [edits, mood] of steps) {
      for (const one of edits) source.edit(one);
      assert.deepEqual(await subject.meaning(source.snapshot, mood), await new Subject().meaning(source.snapshot, mood));
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
