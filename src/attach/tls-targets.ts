import type { BackendTLSPolicy } from '../api/index.ts';
import { describeRef, type FieldPath, type SourceObject } from '../contract/index.ts';
import type { Model } from '../model/index.ts';
import { suggestion } from './suggestion.ts';
import { refuse, type Verdict } from './verdict.ts';

type Target = BackendTLSPolicy['spec']['targetRefs'][number];

/** What a policy of a namespace can be in force for: a Service, or one of its ports. */
export function slotOf(namespace: string, { group, kind, name, sectionName }: Pick<Target, 'group' | 'kind' | 'name' | 'sectionName'>): string {
  return `${kind}.${group}/${namespace}/${name}/${sectionName ?? ''}`;
}

/** Why a target of a policy means nothing, or undefined (GEP-713: a section that does not exist can't be attached to). */
export function targetProblem(namespace: string, { group, kind, name, sectionName }: Target, index: number, { objects }: Pick<Model, 'objects'>): Verdict | undefined { // oxlint-disable-line max-params -- a target, where it is written, and what there is.
  const path = ['spec', 'targetRefs', index];
  if (group !== '' || kind !== 'Service') {
    return refuse('TargetNotFound', `targetRefs[${index}] names a ${kind}${group === '' ? '' : `.${group}`}; only Services can be targets.`, [...path, 'kind']);
  }
  const target = { group, kind, namespace, name };
  const service = objects.Service.get(`${namespace}/${name}`);
  if (service === undefined) return refuse('TargetNotFound', `targetRefs[${index}]: ${describeRef(target)} does not exist.${suggestion(target, objects.Service.values())}`, [...path, 'name']);
  const all = service.object.spec.ports ?? [];
  const meant = sectionName === undefined || sectionName === '' ? all : all.filter((it) => it.name === sectionName);
  if (meant.length === 1 && meant[0]!.protocol === 'UDP') return datagramsOnly(`targetRefs[${index}]: port ${meant[0]!.port} of ${describeRef(target)}`, path);
  const ports = all.flatMap((it) => it.name ?? []);
  if (sectionName === undefined || sectionName === '' || ports.includes(sectionName)) return undefined;
  const known = ports.length === 0 ? 'its ports have no names, so leave sectionName out' : `the names of its ports are ${ports.join(', ')}`;
  const hint = slotsMeant(namespace, { ...target, sectionName }, { objects }).length > 0 ? 'The port that must be meant is not reached until the target is mended.' : 'Ports without a policy are reached in plain text.';
  return { ...refuse('TargetNotFound', `targetRefs[${index}]: ${describeRef(target)} has no port named ${sectionName}, so it secures nothing; ${known}.`, [...path, 'sectionName']), hint };
}

/** A port of its own that no TLS can be for (GEP-1897: the policy applies to TCP alone). */
function datagramsOnly(which: string, path: FieldPath): Verdict {
  return { ...refuse('Invalid', `${which} is a UDP port; TLS is for TCP alone, and datagrams go to it as they are.`, path), hint: 'Remove the target; what speaks QUIC or DTLS encrypts its datagrams itself.' };
}

/** The UDP ports among those that a target is for as a whole, by number; empty where it names one, or where there are no others. */
export function datagramPorts(namespace: string, { group, kind, name, sectionName = '' }: Target, { objects }: Pick<Model, 'objects'>): number[] {
  const ports = group === '' && kind === 'Service' && sectionName === '' ? objects.Service.get(`${namespace}/${name}`)?.object.spec.ports ?? [] : [];
  return ports.length < 2 ? [] : ports.filter(({ protocol }) => protocol === 'UDP').map(({ port }) => port);
}

/** The ports that a section can only have meant which names none: one that it gives the number of, or the only one there is. They stay closed. */
export function slotsMeant(namespace: string, { group, kind, name, sectionName = '' }: Target, { objects }: Pick<Model, 'objects'>): string[] {
  const ports = group === '' && kind === 'Service' ? objects.Service.get(`${namespace}/${name}`)?.object.spec.ports ?? [] : [];
  if (sectionName === '' || ports.some((it) => it.name === sectionName)) return [];
  return ports.filter((it) => ports.length === 1 || String(it.port) === sectionName)
    .map((it) => slotOf(namespace, { group, kind, name, ...(it.name === undefined ? {} : { sectionName: it.name }) }));
}

/**
 * What policies asked for whose documents were rejected, by slot, as far as they can be read: with the policy's name. Whoever wrote one wanted
 * TLS, so fields are read as generously as they can be.
 */
export function slotsLeftOut(documents: readonly SourceObject[]): Map<string, string> {
  const slots = new Map<string, string>();
  for (const { value } of documents) {
    const { kind, metadata, spec } = fieldsOf(value);
    if (!/^BackendTLSPolic(?:y|ies)$/i.test(text(kind))) continue;
    const { namespace, name } = fieldsOf(metadata);
    const { targetRefs, targetRef } = fieldsOf(spec);
    const place = text(namespace) || 'default';
    for (const target of [targetRefs, targetRef].flat()) {
      const { name: service, sectionName } = fieldsOf(target);
      if (text(service) === '') continue;
      const section = text(sectionName);
      slots.set(slotOf(place, { group: '', kind: 'Service', name: text(service), ...(section === '' ? {} : { sectionName: section }) }), `${place}/${text(name)}`);
    }
  }
  return slots;
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null ? value as { readonly [field: string]: unknown } : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
