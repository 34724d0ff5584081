import { describeRef, type FieldPath, type Finding } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import { nearName } from '../base/index.ts';

/** A parent that does not exist gets no status by the specification, so this finding is the only word that a person hears. */
export function parentNotFound(child: Modeled<unknown>, parent: { kind: 'Gateway' | 'ListenerSet'; key: string }, path: FieldPath, model: Model): Finding {
  const [namespace = '', name = ''] = parent.key.split('/');
  const known = [...model.objects[parent.kind].keys()];
  const sameNamespace = known.filter((key) => key.startsWith(`${namespace}/`)).map((key) => key.slice(namespace.length + 1));
  const elsewhere = known.filter((key) => key.endsWith(`/${name}`));
  const near = nearName(name, sameNamespace);
  let hint = `Add the ${parent.kind}, or name one that exists${known.length === 0 ? '' : `: ${known.slice(0, 5).join(', ')}`}.`;
  if (elsewhere.length > 0) hint = `There is a ${parent.kind} ${elsewhere[0]}: set namespace: ${elsewhere[0]!.split('/')[0]} in the reference if that is meant.`;
  else if (near !== undefined) hint = `Did you mean ${near}?`;
  const position = child.source.locate([...path, 'name']);
  const excerpt = position === undefined ? undefined : child.source.excerpt(position);
  return {
    code: 'parent-not-found',
    severity: 'error',
    message: `${describeRef(child.ref)}: parent ${parent.kind} ${parent.key} not found; nothing of it is served.`,
    hint,
    object: child.ref,
    path: [...path, 'name'],
    ...(position === undefined ? {} : { position }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}
