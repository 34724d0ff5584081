import { readdirSync, readFileSync } from 'node:fs';
import { isManifest, type CrdFact, type Manifest } from '../setup/index.ts';
import { version } from './version.ts';

/** What install.yaml was rendered with. */
export const shipped = { namespace: 'postern-system', image: `postern:${version}` } as const;

/** Two folders up is the package, in the sources and in the compiled program alike. */
const packageFolder = new URL('../../', import.meta.url);

/** The objects of the manifest that the package comes with, as the chart renders them. */
export async function shippedManifests(): Promise<Manifest[]> {
  return manifestsIn(readFileSync(new URL('deploy/install.yaml', packageFolder), 'utf8'));
}

/** The definitions of the Gateway API, experimental channel. */
export async function gatewayApiManifests(): Promise<Manifest[]> {
  const folder = new URL('vendor/gateway-api/crds/', packageFolder);
  const files = readdirSync(folder).filter((it) => it.endsWith('.yaml')).sort();
  const lists = await Promise.all(files.map((file) => manifestsIn(readFileSync(new URL(file, folder), 'utf8'))));
  return lists.flat();
}

/** The definitions of kinds that stand in files and no cluster has. */
export async function fileKindManifests(): Promise<Manifest[]> {
  return manifestsIn(readFileSync(new URL('schemas/postern.dev_routetests.yaml', packageFolder), 'utf8'));
}

async function manifestsIn(text: string): Promise<Manifest[]> {
  const { parseAllDocuments } = await import('yaml');
  return parseAllDocuments(text).map((it): unknown => it.toJS()).filter(isManifest);
}

interface Definition {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: { readonly group: string; readonly names: { readonly kind: string }; readonly versions: readonly { readonly name: string; readonly served: boolean }[] };
}

const bundle = 'gateway.networking.k8s.io';

/** What a CustomResourceDefinition says of itself: the Gateway API's by its own annotations, ours by one of ours. */
export function crdFact(definition: unknown): CrdFact {
  const { metadata: { name, annotations = {} }, spec } = definition as Definition;
  const release = annotations[`${bundle}/bundle-version`] ?? annotations['postern.dev/release'];
  const channel = annotations[`${bundle}/channel`];
  return {
    name, group: spec?.group ?? '', kind: spec?.names.kind ?? '', served: (spec?.versions ?? []).filter((it) => it.served).map((it) => it.name),
    ...(release === undefined ? {} : { release }), ...(channel === undefined ? {} : { channel }),
  };
}
