import type { ParentNode, RouteNode, Verdict } from '../attach/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import { describeRef, refKey, type ApplyReport, type Finding, type RefusedPart } from '../contract/index.ts';

/** Of each route, by its key, what data planes refuse of it. */
export type RefusedParts = ReadonlyMap<string, readonly RefusedPart[]>;

const none: RefusedParts = new Map();

export function refusedParts({ refused = [] }: ApplyReport): RefusedParts {
  if (refused.length === 0) return none;
  const parts = new Map<string, RefusedPart[]>();
  for (const it of refused) {
    const key = refKey(it.origin);
    parts.set(key, [...parts.get(key) ?? [], it]);
  }
  return parts;
}

/** A rule that a data plane refuses is as one that it was known not to carry. */
export function judgedByData(node: RouteNode, parent: ParentNode, parts: readonly RefusedPart[] = []): Pick<ParentNode, 'accepted' | 'partiallyInvalid'> {
  const own = parts.filter((it) => it.gateway === undefined || it.gateway === parent.gateway);
  if (own.length === 0 || !parent.accepted.ok) return parent;
  const dropped = new Map(own.map((it) => [it.origin.rule ?? 0, it.why]));
  const causes = [...dropped].sort(([a], [b]) => a - b).map(([rule, why]) => `${rule} (the data plane refuses it: ${why})`).join(', ');
  const isWhole = node.rules.every((it) => it.invalid !== undefined || dropped.has(it.index));
  if (isWhole) return { accepted: unsupported(false, `No rule is taken by the data plane: ${causes}.`) };
  const before = parent.partiallyInvalid === undefined ? '' : ` ${parent.partiallyInvalid.message}`;
  return { accepted: parent.accepted, partiallyInvalid: unsupported(true, `Dropped Rule ${causes}; its requests get 500, the other rules are served.${before}`) };
}

function unsupported(ok: boolean, message: string): Verdict {
  return { ok, reason: 'UnsupportedValue', message };
}

/** What data planes refuse, for people who read no statuses. */
export function refusedFindings({ refused = [] }: ApplyReport, { objects }: Pick<Model, 'objects'>): Finding[] {
  return refused.map(({ origin, why }) => {
    const { group, kind, namespace, name, rule } = origin;
    const path = rule === undefined ? [] : ['spec', 'rules', rule];
    const source = (objects as Partial<Record<string, ReadonlyMap<string, Modeled<unknown>>>>)[kind]?.get(`${namespace}/${name}`)?.source;
    const position = source?.locate(path);
    const excerpt = position === undefined ? undefined : source?.excerpt(position);
    return {
      code: 'not-carried', severity: 'error', object: { group, kind, namespace, name }, path,
      message: `${describeRef(origin)}: ${rule === undefined ? '' : `rules[${rule}]: `}the data plane refuses it, and its requests get 500: ${why}`,
      ...(position === undefined ? {} : { position }), ...(excerpt === undefined ? {} : { excerpt }),
    };
  });
}
