import { createHash } from 'node:crypto';
import type { ApplyReport, ListenerReport } from '../contract/index.ts';
import { gatewayIr } from '../fleet/index.ts';
import type { Ir } from '../ir/index.ts';
import { irText } from '../proxy/index.ts';
import type { ResourceSet, Settled, VersionedResource } from '../xds/index.ts';

/** Of the resources of native data planes: each is one entry of a table of the IR, named `table/key`, as text. */
export const irTypeUrl = 'type.googleapis.com/postern.dev.ir.v1.Entry';

/** The set of one Gateway, and what it says of listeners. */
interface Published {
  readonly set: ResourceSet;
  readonly listeners: readonly string[];
}

/** Gives each Gateway's data planes their part of the configuration, and knows what they made of it. */
export class FleetPlane {
  readonly #publish: (gateway: string, set: ResourceSet) => void;
  readonly #published = new Map<string, Published>();
  /** The last set that some data plane of the Gateway took, with what it could not open. */
  readonly #taken = new Map<string, { readonly published: Published; readonly failed: Readonly<Record<string, ListenerReport>> }>();

  constructor(publish: (gateway: string, set: ResourceSet) => void) {
    this.#publish = publish;
  }

  /** Hands the configuration out; the report is of what data planes took before. `gateways`: `namespace/name`. */
  apply(ir: Ir, gateways: readonly string[]): ApplyReport {
    for (const gateway of gateways) this.#hand(gateway, gatewayIr(ir, ...namesOf(gateway)));
    return this.report();
  }

  #hand(gateway: string, ir: Ir): void {
    const before = this.#published.get(gateway);
    const resources = resourcesOf(ir, before?.set.resources);
    const listeners = [...Object.keys(ir.listeners), ...Object.keys(ir.streamListeners ?? {})];
    if (before !== undefined && isSame(before.set.resources, resources)) return;
    const published = { set: { resources }, listeners };
    this.#published.set(gateway, published);
    this.#publish(gateway, published.set);
  }

  /** A data plane of the Gateway took a set. `error`: which listeners it could not open, as text. */
  settled(gateway: string, { set, error }: Settled): void {
    const published = this.#published.get(gateway);
    // An older set says nothing about listeners that are new; the newest one follows at once.
    if (published?.set !== set) return;
    this.#taken.set(gateway, { published, failed: failedIn(error) });
  }

  report(): ApplyReport {
    const listeners: Record<string, ListenerReport> = {};
    for (const { published, failed } of this.#taken.values()) {
      for (const key of published.listeners) listeners[key] = failed[key] ?? { state: 'serving' };
    }
    return { listeners };
  }
}

function namesOf(gateway: string): [string, string] {
  const [namespace = '', name = ''] = gateway.split('/');
  return [namespace, name];
}

/** What a data plane could not do: a table of reports; anything else is a failure that no listener can be blamed for. */
function failedIn(error: string | undefined): Readonly<Record<string, ListenerReport>> {
  if (error === undefined) return {};
  try {
    return JSON.parse(error) as Record<string, ListenerReport>;
  } catch {
    return {};
  }
}

function resourcesOf(ir: Ir, before: ResourceSet['resources'] | undefined): Map<string, VersionedResource> {
  const resources = new Map<string, VersionedResource>();
  for (const [table, entries] of Object.entries(ir)) {
    for (const [key, entry] of Object.entries(entries as Readonly<Record<string, unknown>>)) {
      const name = `${table}/${key}`;
      const bytes = Buffer.from(irText(entry));
      const known = before?.get(name);
      resources.set(name, known?.bytes.equals(bytes) === true ? known : { name, bytes, version: createHash('sha256').update(bytes).digest('base64url').slice(0, 16) });
    }
  }
  return resources;
}

function isSame(before: ResourceSet['resources'], after: ResourceSet['resources']): boolean {
  return before.size === after.size && [...after].every(([name, resource]) => before.get(name) === resource);
}
