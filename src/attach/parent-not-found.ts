import { describeRef, type FieldPath, type Finding, type Severity } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import { nearOrRelatedName } from '../base/index.ts';

/** A parent that does not exist gets no status by the specification, so this finding is the only word that a person hears. */
export function parentNotFound(child: Modeled<unknown>, parent: { kind: 'Gateway' | 'ListenerSet'; key: string }, path: FieldPath, model: Model): Finding {
  const [namespace = '', name = ''] = parent.key.split('/');
  const known = [...model.objects[parent.kind].keys()].sort();
  const sameNamespace = known.filter((key) => key.startsWith(`${namespace}/`)).map((key) => key.slice(namespace.length + 1));
  const elsewhere = known.filter((key) => key.endsWith(`/${name}`));
  const near = nearOrRelatedName(name, sameNamespace);
  let hint = `Add the ${parent.kind}, or name one that exists${known.length === 0 ? '' : `: ${known.slice(0, 5).join(', ')}`}.`;
  const other = otherKind(child, parent, model);
  if (other !== undefined) hint = other;
  else if (elsewhere.length > 0) hint = `There is a ${parent.kind} ${elsewhere[0]}: set namespace: ${elsewhere[0]!.split('/')[0]} in the reference if that is meant.`;
  else if (near !== undefined) hint = `Did you mean ${near}?`;
  return parentFinding(child, [...path, 'name'], { severity: 'error', message: `parent ${parent.kind} ${parent.key} not found, so it is not served there.`, hint });
}

/** Without `kind` a Gateway is meant, which people who name a ListenerSet forget. */
function otherKind(child: Modeled<unknown>, { kind, key }: { kind: 'Gateway' | 'ListenerSet'; key: string }, { objects }: Model): string | undefined {
  const other = kind === 'Gateway' ? 'ListenerSet' : 'Gateway';
  return child.ref.kind === 'ListenerSet' || !objects[other].has(key) ? undefined : `There is a ${other} ${key}: set kind: ${other} in the reference if that is meant.`;
}

/** A parent of a kind that no Gateway of Postern is: other implementations may know it, so it is a warning outside the API's own group. */
export function parentOfUnknownKind(child: Modeled<unknown>, parent: { group: string; kind: string; name: string }, path: FieldPath): Finding {
  const type = `${parent.kind}${parent.group === '' ? '' : `.${parent.group}`}`;
  return parentFinding(child, [...path, 'kind'], {
    severity: parent.group === 'gateway.networking.k8s.io' ? 'error' : 'warning',
    message: `parent ${type} ${parent.name} is of a kind that Postern does not serve; nothing of it is served.`,
    hint: 'Name a Gateway or ListenerSet of group gateway.networking.k8s.io; without group and kind a Gateway is meant.',
  });
}

function parentFinding(child: Modeled<unknown>, path: FieldPath, said: { readonly severity: Severity; readonly message: string; readonly hint: string }): Finding {
  const position = child.source.locate(path);
  const excerpt = position === undefined ? undefined : child.source.excerpt(position);
  return {
    code: 'parent-not-found',
    severity: said.severity,
    message: `${describeRef(child.ref)}: ${said.message}`,
    hint: said.hint,
    object: child.ref,
    path,
    ...(position === undefined ? {} : { position }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}
