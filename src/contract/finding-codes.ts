import type { Severity } from './finding.ts';

/** Every code a finding can carry, with its usual severity and a title; docs/findings.md has a section for each. */
export const findingCodes = {
  'yaml-syntax': { severity: 'error', title: 'The text is not YAML or JSON' },
  'yaml-document-end': { severity: 'error', title: 'A line of dots ends the document and text follows' },
  'yaml-limit': { severity: 'error', title: 'The file is too large or expands to too much' },
  'file-unreadable': { severity: 'error', title: 'A file or folder could not be read' },
  'not-an-object': { severity: 'error', title: 'A document is not a Kubernetes object' },
  'missing-type': { severity: 'error', title: 'apiVersion or kind is missing' },
  'unknown-version': { severity: 'error', title: 'The kind is not served in that version' },
  'deprecated-version': { severity: 'warning', title: 'The version is deprecated' },
  'deprecated-field': { severity: 'warning', title: 'A field is deprecated' },
  'unknown-kind': { severity: 'error', title: 'The group has no such kind' },
  'skipped-kind': { severity: 'info', title: 'A kind that Postern does not read' },
  'duplicate-object': { severity: 'error', title: 'Two documents define the same object' },
  'unknown-field': { severity: 'error', title: 'A field that the kind does not have' },
  'schema': { severity: 'error', title: 'A value breaks the schema of its field' },
  'required-field': { severity: 'error', title: 'A required field is missing' },
  'duplicate-item': { severity: 'error', title: 'Two list items have the same key' },
  'cel-rule': { severity: 'error', title: 'A validation rule of the kind fails' },
  'placeholder': { severity: 'error', title: 'A value still holds a template variable' },
  'kept-last-good': { severity: 'info', title: 'The last good content stays in force' },
  'class-adopted': { severity: 'warning', title: 'A Gateway of a foreign or missing class is served all the same' },
  'class-not-served': { severity: 'warning', title: 'A Gateway of a foreign or missing class is left alone' },
  'parent-not-found': { severity: 'error', title: 'A route names a parent that does not exist' },
  'not-accepted': { severity: 'error', title: 'An object or a part of it is not accepted' },
  'refs-not-resolved': { severity: 'error', title: 'A reference cannot be resolved' },
  'not-programmed': { severity: 'error', title: 'A listener or Gateway does not carry traffic' },
  'conflicted': { severity: 'error', title: 'Two listeners claim the same port and hostname' },
  'not-carried': { severity: 'warning', title: 'A part that this data plane does not carry yet' },
  'kind-unavailable': { severity: 'warning', title: 'A kind cannot be read from the cluster' },
  'dangling-target': { severity: 'warning', title: 'A backend has no endpoint' },
} as const satisfies Record<string, { severity: Severity; title: string }>;

export type FindingCode = keyof typeof findingCodes;
