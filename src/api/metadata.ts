import { formatPath, type FieldPath } from '../contract/index.ts';
import { isDnsLabel, isDnsSubdomain, isLabelValue, isQualifiedName, isServiceName } from './names.ts';
import type { ObjectMeta } from './object-meta.ts';
import { findPlaceholder, placeholderHint } from './placeholder.ts';
import { problem, show, type Problem } from './problem.ts';
import type { KindSchema } from './schema.ts';

interface NameRule { readonly accepts: (name: string) => boolean; readonly due: string }

const subdomain: NameRule = { accepts: isDnsSubdomain, due: 'lower-case letters, digits, `-` and dots, with a letter or digit at both ends, are due (RFC 1123 subdomain)' };
const label: NameRule = { accepts: isDnsLabel, due: 'at most 63 lower-case letters, digits and `-`, with a letter or digit at both ends, are due (RFC 1123 label)' };

/** Kinds whose names have a rule of their own. */
const nameRules: { readonly [kind: string]: NameRule } = {
  Namespace: label,
  Service: { accepts: isServiceName, due: 'at most 63 lower-case letters, digits and `-`, with a letter in front, are due (RFC 1035 label)' },
  ClusterTrustBundle: { accepts: (name) => name.split(':').every(isDnsSubdomain), due: 'a DNS name is due, after the signer and `:`' },
};

/** Checks the names in shaped metadata as the API server does in code; `metadata` may hold values of a wrong type, reported before. */
export function checkMetadata(type: KindSchema, metadata: Partial<ObjectMeta>, hasGenerateName: 'generateName' | 'name'): Problem[] {
  const problems: Problem[] = [];
  checkName(type.kind, metadata.name, { problems, hasGenerateName });
  if (type.scope === 'Namespaced' && typeof metadata.namespace === 'string') {
    checkText(metadata.namespace, ['metadata', 'namespace'], label, problems);
  }
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (!isQualifiedName(key)) problems.push(badKey('labels', key));
    if (typeof value === 'string') checkText(value, ['metadata', 'labels', key], labelValue, problems);
  }
  for (const key of Object.keys(metadata.annotations ?? {})) {
    if (!isQualifiedName(key.toLowerCase())) problems.push(badKey('annotations', key));
  }
  return problems;
}

const labelValue: NameRule = { accepts: isLabelValue, due: 'at most 63 letters, digits and `-_.`, with a letter or digit at both ends, are due' };

function checkName(kind: string, name: unknown, context: { readonly problems: Problem[]; readonly hasGenerateName: 'generateName' | 'name' }): void {
  const path = ['metadata', 'name'];
  if (name === undefined || name === '') {
    const hint = context.hasGenerateName === 'generateName' ? 'generateName makes names only in a cluster; write a name' : undefined;
    context.problems.push(problem('required-field', path, { message: 'metadata.name: Required value', hint }));
  } else if (typeof name === 'string') checkText(name, path, nameRules[kind] ?? subdomain, context.problems);
}

function checkText(text: string, path: FieldPath, rule: NameRule, problems: Problem[]): void {
  if (rule.accepts(text)) return;
  const message = `${formatPath(path)}: Invalid value: ${show(text)}`;
  if (findPlaceholder(text, 'itself') === undefined) problems.push(problem('schema', path, { message, hint: rule.due }));
  else problems.push(problem('placeholder', path, { message: `${message} still holds a template variable`, hint: placeholderHint }));
}

function badKey(field: 'labels' | 'annotations', key: string): Problem {
  return problem('schema', ['metadata', field, key], {
    message: `metadata.${field}: Invalid value: ${show(key)}`,
    hint: 'a key is an optional DNS name and `/`, then at most 63 letters, digits and `-_.`',
    part: 'key',
  });
}
