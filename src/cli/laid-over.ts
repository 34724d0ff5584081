import type { Snapshot, SourceObject } from '../contract/index.ts';

/** What applying files would make of a cluster: its objects, with those of the files in their place. What is there keeps its age. */
export function laidOver(cluster: Snapshot, files: Snapshot): Snapshot {
  const mine = new Set(files.objects.map(identity));
  const theirs = new Map(cluster.objects.map((it) => [identity(it), it]));
  const applied = files.objects.map((it) => asOldAs(it, theirs.get(identity(it))));
  return { objects: [...cluster.objects.filter((it) => !mine.has(identity(it))), ...applied], findings: [...cluster.findings, ...files.findings] };
}

/** The older of two routes goes first where all else is equal. */
function asOldAs(it: SourceObject, known: SourceObject | undefined): SourceObject {
  const { creationTimestamp } = ((known?.value ?? {}) as Named).metadata ?? {};
  if (creationTimestamp === undefined) return it;
  const { metadata, ...rest } = it.value as Named;
  return { ...it, value: { ...rest, metadata: { ...metadata, creationTimestamp } }, locate: (...at) => it.locate(...at), excerpt: (at) => it.excerpt(at) };
}

interface Named {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly namespace?: string; readonly name?: string; readonly creationTimestamp?: string };
}

function identity({ value }: SourceObject): string {
  const { apiVersion = '', kind = '', metadata = {} } = (value ?? {}) as Named;
  return `${apiVersion.replace(/\/?[^/]*$/, '')} ${kind} ${metadata.namespace ?? 'default'} ${metadata.name ?? ''}`;
}
