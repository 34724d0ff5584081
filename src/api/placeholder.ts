import type { FieldPath } from '../contract/index.ts';

/** Variables of envsubst, Flux and shells, Helm and Go templates, kustomize and Kubernetes; blanks of articles such as `<your-domain>`. */
const template = /\$\{[^}]*\}|\{\{[^]*?\}\}|\$\([A-Za-z_][\w.-]*\)|<[A-Z][A-Z0-9_-]+>|^<[A-Za-z][A-Za-z0-9_. -]*>$|^\$[A-Z_][A-Z0-9_]+$/;

/** What to do about a placeholder. */
export const placeholderHint = 'replace the template variable by its value first (envsubst, flux build, helm template, kustomize build)';

interface Placeholder { readonly path: FieldPath; readonly text: string }

/** The place of a string with a template variable: the value itself, or with `children` a direct child of it too. */
export function findPlaceholder(value: unknown, among: 'itself' | 'children'): Placeholder | undefined {
  if (typeof value === 'string') return template.test(value) ? { path: [], text: value } : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (among === 'itself') return unquoted(value);
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === 'string' && template.test(child)) return { path: [Array.isArray(value) ? Number(key) : key], text: child };
  }
  return undefined;
}

/** `{{ .Values.x }}` without quotes is to YAML a map whose only key is a map. */
function unquoted(value: object): Placeholder | undefined {
  const keys = Object.keys(value);
  return !Array.isArray(value) && keys.length === 1 && /^\{.*\}$/.test(keys[0]!) ? { path: [], text: `{${keys[0]}}` } : undefined;
}
