import { type FieldPath, type Finding, type FindingCode, findingCodes, type ObjectRef } from '../../contract/index.ts';
import { type Known, objectOf } from '../known.ts';

/** A finding about a part of an object, with its place in the files. */
export function findingAt(known: Known, code: FindingCode, at: { readonly ref: ObjectRef; readonly path: FieldPath }, said: { readonly message: string; readonly hint: string }): Finding { // oxlint-disable-line max-params -- all of it is the finding.
  const { group, kind, namespace, name } = at.ref;
  const source = objectOf(known, at.ref)?.source;
  const position = source?.locate(at.path);
  const excerpt = position === undefined ? undefined : source?.excerpt(position);
  return {
    code, severity: findingCodes[code].severity, ...said, object: { group, kind, namespace, name }, path: at.path,
    ...(position === undefined ? {} : { position }), ...(excerpt === undefined ? {} : { excerpt }),
  };
}
