import type { ApplyReport } from '../contract/index.ts';
import type { Ir } from '../ir/index.ts';
import { irFromText } from '../proxy/index.ts';
import type { DeltaResponse } from '../xds/index.ts';

/** The configuration of a data plane as it grows from the control plane's changes: the counterpart of `FleetPlane`. */
export class FollowedIr {
  readonly #entries = new Map<string, { readonly version: string; readonly text: string }>();
  readonly #apply: (ir: Ir) => Promise<ApplyReport>;

  constructor(apply: (ir: Ir) => Promise<ApplyReport>) {
    this.#apply = apply;
  }

  versions(): ReadonlyMap<string, string> {
    return new Map([...this.#entries].map(([name, { version }]) => [name, version]));
  }

  /** Takes a change; resolves to the listeners that could not be opened as text, or undefined where all is well. */
  async take({ resources, removed }: DeltaResponse): Promise<string | undefined> {
    for (const name of removed) this.#entries.delete(name);
    for (const { name, version, bytes } of resources) this.#entries.set(name, { version, text: bytes.toString('utf8') });
    const report = await this.#apply(this.#ir());
    const failed = Object.entries(report.listeners).filter(([, it]) => it.state === 'failed');
    return failed.length === 0 ? undefined : JSON.stringify(Object.fromEntries(failed));
  }

  /** All of it as text, to be kept for a start without the control plane. Secrets are in it. */
  save(): string {
    return JSON.stringify([...this.#entries]);
  }

  /** Goes on with what was saved; resolves when it is in force. */
  async restore(saved: string): Promise<void> {
    for (const [name, entry] of JSON.parse(saved) as [string, { version: string; text: string }][]) this.#entries.set(name, entry);
    await this.#apply(this.#ir());
  }

  #ir(): Ir {
    const tables: Record<string, Record<string, unknown>> = { sockets: {}, listeners: {}, routes: {}, backends: {}, endpoints: {}, certificates: {} };
    for (const [name, { text }] of this.#entries) {
      const at = name.indexOf('/');
      (tables[name.slice(0, at)] ??= {})[name.slice(at + 1)] = irFromText(text);
    }
    return tables as unknown as Ir;
  }
}
