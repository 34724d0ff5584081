import type { Container, StringMap } from '../../api/index.ts';

/** What `fieldRef` can name of a pod. */
export interface PodFields {
  readonly name: string;
  readonly namespace: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
}

/**
 * The environment that a kubelet would give a container: later entries win, `$(NAME)` is replaced by an earlier
 * variable, `$$(NAME)` is the escape for the text itself. References to ConfigMaps and Secrets stay unset.
 */
export function resolveEnvironment(variables: NonNullable<Container['env']>, fields: PodFields): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const variable of variables) {
    const path = variable.valueFrom?.fieldRef?.fieldPath;
    if (path !== undefined) environment.set(variable.name, fieldValue(path, fields));
    else if (variable.valueFrom === undefined) environment.set(variable.name, expand(variable.value ?? '', environment));
  }
  return environment;
}

/** Replaces `$(NAME)` by the variable of that name; unknown names stay as they are, as in Kubernetes. */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(\$?)\(([^()\s]+)\)/g, (whole, escape: string, name: string) =>
    escape === '$' ? whole.slice(1) : (variables.get(name) ?? whole));
}

function fieldValue(path: string, fields: PodFields): string {
  const keyed = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path);
  if (keyed) {
    const map = keyed[1] === 'labels' ? fields.labels : fields.annotations;
    return map[keyed[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name': return fields.name;
    case 'metadata.namespace': return fields.namespace;
    case 'status.podIP':
    case 'status.hostIP': return '127.0.0.1';
    case 'spec.nodeName': return 'localhost';
    default: return '';
  }
}
