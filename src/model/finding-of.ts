import type { Problem } from '../api/index.ts';
import { describeRef, type Finding, type ObjectRef, type SourceObject } from '../contract/index.ts';

/** A problem of a document with the place in its file and the line of text there. */
export function findingOf(source: SourceObject, { part, ...problem }: Problem, object: ObjectRef | undefined): Finding {
  const position = source.locate(problem.path, part);
  const excerpt = position === undefined ? undefined : source.excerpt(position);
  return {
    ...problem,
    ...(object === undefined ? {} : { object, message: `${describeRef(object)}: ${problem.message}` }),
    ...(position === undefined ? {} : { position }),
    ...(excerpt === undefined ? {} : { excerpt }),
  };
}
