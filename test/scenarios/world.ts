import type { Scenario } from './check.ts';
import type { Certificates } from './certificates.ts';
import type { RequestContext } from './check-request.ts';
import { Manifests } from './manifests.ts';
import { Serving } from './serving.ts';

/** How a scenario's manifests are served where it differs from the usual. */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  // Its checks are about what a controller leaves alone, which adopting foreign classes would hide.
  '20-multi-class-switch': ['--strict'],
};

/** Variables that the scenario's own tool would have replaced. */
const variablesOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '19-flux-gitops': { domain_name: 'cloud.ogenki.io' },
};

/** A scenario's manifests in one state, served by a process of their own. */
export interface World extends RequestContext {
  readonly manifests: Manifests;
  readonly serving: Serving;
  readonly certificates: Certificates;
}

/** A copy of the scenario's manifests with its Secrets, changed by `edit`. */
export async function prepare(scenario: Scenario, certificates: Certificates, edit?: (manifests: Manifests) => void): Promise<Manifests> {
  const manifests = await Manifests.copy([`${scenario.folder}/manifests`, ...certificates.secretsOf(scenario.name)], substitution(variablesOf[scenario.name] ?? {}));
  edit?.(manifests);
  await manifests.save();
  return manifests;
}

/** Serves manifests for as long as `use` takes. */
export async function serveFor<T>(scenario: Scenario, parts: { manifests: Manifests; certificates: Certificates; flags?: readonly string[] }, use: (world: World) => Promise<T>): Promise<T> {
  const { manifests, certificates } = parts;
  const serving = await Serving.start(manifests.folder, { flags: parts.flags ?? flagsOf[scenario.name] ?? [] });
  try {
    return await use({ manifests, serving, certificates, authority: certificates.authority });
  } finally {
    await serving.stop();
    await manifests.discard();
  }
}

/** Replaces `${name}` in a text. */
export function substitution(variables: Readonly<Record<string, string>>): (text: string) => string {
  return (text) => text.replace(/\$\{(\w+)\}/g, (whole, name: string) => variables[name] ?? whole);
}
