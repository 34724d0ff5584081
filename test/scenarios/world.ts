import type { Scenario } from './check.ts';
import type { Certificates } from './certificates.ts';
import { Manifests } from './manifests.ts';
import { ServeProcess } from './serve-process.ts';
import type { World } from './stage.ts';

/** How a scenario's manifests are served where it differs from the usual. */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  // Its checks are about what a controller leaves alone, which adopting foreign classes would hide.
  '20-multi-class-switch': ['--strict'],
};

/** Variables that the scenario's own tool would have replaced. */
const variablesOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '19-flux-gitops': { domain_name: 'cloud.ogenki.io' },
};

/** A world whose Gateways are served by a process of its own. */
export interface LocalWorld extends World {
  readonly serving: ServeProcess;
}

/** A copy of the scenario's manifests with its Secrets, changed by `edit`. */
export async function prepare(scenario: Scenario, certificates: Certificates, edit?: (manifests: Manifests) => void): Promise<Manifests> {
  const manifests = await Manifests.copy([`${scenario.folder}/manifests`, ...certificates.secretsOf(scenario.name)], substitution(variablesOf[scenario.name] ?? {}));
  edit?.(manifests);
  await manifests.save();
  return manifests;
}

/** Serves manifests for as long as `use` takes. `flags` take the place of the scenario's own, `more` come to them. */
export async function serveFor<T>(scenario: Scenario, parts: { manifests: Manifests; certificates: Certificates; flags?: readonly string[]; more?: readonly string[] }, use: (world: LocalWorld) => Promise<T>): Promise<T> {
  const { manifests, certificates } = parts;
  const serving = await ServeProcess.start(manifests.folder, { flags: [...parts.flags ?? flagsOf[scenario.name] ?? [], ...parts.more ?? []] });
  try {
    return await use({ manifests, serving, certificates, authority: certificates.authority, save: () => manifests.save(), patiently: (trial) => trial() });
  } finally {
    await serving.stop();
    await manifests.discard();
  }
}

/** Replaces `${name}` in a text. */
export function substitution(variables: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => text.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);
}
