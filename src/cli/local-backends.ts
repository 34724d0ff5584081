import { readFileSync } from 'node:fs';
import type { Finding, Snapshot } from '../contract/index.ts';
import { buildModel, type Model } from '../model/index.ts';
import { mapBackends, parseBackendFlag, parseBackendList, type BackendMapping } from './backend-map.ts';
import { backingServices, throughBackingServices } from './backing-services.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';
import type { DemoBackends } from './demo/index.ts';
import { fileTrouble } from './file-trouble.ts';
import { SyntheticObjects } from './synthetic-object.ts';

export const backendOptions: Readonly<Record<string, OptionSpec>> = {
  backend: { value: 'NS/SERVICE:PORT=HOST:PORT', repeats: true, help: 'Send requests for a Service port, or for an XBackend, there.' },
  backends: { value: 'FILE', help: 'The same as a YAML list: {service: ns/name, port: 80, to: [host:port]}.' },
  demo: { help: 'Answer for the pods of the manifests with built-in echo backends.' },
};

/** Stands for what a cluster has and files lack: endpoints, from mappings first, then from demo pods. */
export class LocalBackends {
  readonly #mappings: readonly BackendMapping[];
  readonly #demo: DemoBackends | undefined;
  readonly #services = new SyntheticObjects();

  constructor(mappings: readonly BackendMapping[], demo: DemoBackends | undefined) {
    this.#mappings = mappings;
    this.#demo = demo;
  }

  async complete(snapshot: Snapshot, model: Model): Promise<Snapshot> {
    const findings: Finding[] = [...snapshot.findings];
    let objects = this.#withBackingServices(snapshot, model);
    let known = objects === snapshot.objects ? model : buildModel({ objects, findings: [] }, model);
    if (this.#mappings.length > 0) {
      const mapped = mapBackends(objects, known, throughBackingServices(this.#mappings, model));
      objects = mapped.objects;
      findings.push(...mapped.findings);
    }
    if (this.#demo !== undefined) {
      if (this.#mappings.length > 0) known = buildModel({ objects, findings: [] }, model);
      objects = [...objects, ...await this.#demo.apply(known)];
    }
    return objects === snapshot.objects ? snapshot : { objects, findings };
  }

  /** Without mappings and demo the pods that XBackends select are found by their own addresses. */
  #withBackingServices({ objects }: Snapshot, model: Model): Snapshot['objects'] {
    if (this.#mappings.length === 0 && this.#demo === undefined) return objects;
    const services = this.#services.update(backingServices(model));
    return services.length === 0 ? objects : [...objects, ...services];
  }

  /** Call it when what `complete` last gave is in force. */
  async settle(): Promise<void> {
    await this.#demo?.closeRetired();
  }

  async close(): Promise<void> {
    await this.#demo?.close();
  }
}

export async function localBackends(args: Arguments): Promise<LocalBackends> {
  const mappings = args.values('backend').map((text) => required(parseBackendFlag(text), '--backend'));
  const file = args.value('backends');
  if (file !== undefined) {
    const { parse } = await import('yaml');
    mappings.push(...required(parseBackendList(readYaml(file, parse)), `--backends ${file}`));
  }
  refuseTwice(mappings);
  const demo = args.on('demo') ? new (await import('./demo/index.ts')).DemoBackends() : undefined;
  return new LocalBackends(mappings, demo);
}

/** Several addresses of a port are one mapping; which of two would count nobody could tell. */
function refuseTwice(mappings: readonly BackendMapping[]): void {
  const seen = new Set<string>();
  for (const { namespace, service, port } of mappings) {
    const name = `${namespace}/${service}:${port}`;
    if (seen.has(name)) throw new UsageError(`--backend ${name} is given twice; write several addresses of it with commas: ${name}=HOST:PORT,HOST:PORT`);
    seen.add(name);
  }
}

function readYaml(file: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`--backends ${file}: ${fileTrouble(error)}`, { cause: error });
  }
}

function required<T>(parsed: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }, option: string): T {
  if (!parsed.ok) throw new UsageError(`${option}: ${parsed.problem}`);
  return parsed.value;
}
