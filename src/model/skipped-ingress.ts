import type { Finding, ObjectRef, SourceObject } from '../contract/index.ts';
import { findingOf } from './finding-of.ts';

const ingressType = /^networking\.k8s\.io\/v1(beta1)?\/Ingress$/;

/** Annotations that change how some controller routes; those of tools that only manage the object say nothing about traffic. */
const routingAnnotation = /(^|\.)ingress\.kubernetes\.io\/|^(haproxy|traefik\.ingress|konghq|nginx)\.[a-z.]+\/|^kubernetes\.io\/ingress\./;

interface IngressView {
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown; readonly annotations?: unknown };
}

/** A word on an Ingress, which its owner expects to carry traffic; undefined for every other kind that is skipped. */
export function skippedIngress(source: SourceObject, type: string): Finding | undefined {
  if (!ingressType.test(type)) return undefined;
  const { name, namespace, annotations } = (source.value as IngressView).metadata ?? {};
  const ref: ObjectRef = { group: 'networking.k8s.io', kind: 'Ingress', namespace: text(namespace, 'default'), name: text(name, '') };
  const routing = Object.keys(typeof annotations === 'object' && annotations !== null ? annotations : {}).filter((key) => routingAnnotation.test(key));
  const without = routing.length === 0 ? '' : `, and filters of it for ${routing.join(', ')}`;
  return findingOf(source, {
    code: 'skipped-kind',
    severity: 'warning',
    path: ['kind'],
    message: 'left alone: Postern serves the Gateway API, and its rules carry no traffic here',
    hint: `postern migrate writes its rules as an HTTPRoute attached to a Gateway${without}`,
  }, ref);
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : otherwise;
}
