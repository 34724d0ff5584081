import type { Ingress } from '../ingress.ts';

export const prefix = 'nginx.ingress.kubernetes.io/';

/**
 * The annotations of ingress-nginx as its controller reads them: a value that it cannot read counts as absent.
 * Source: internal/ingress/annotations/parser/main.go of kubernetes/ingress-nginx (v1.15.1), as all of this room.
 */
export interface Values {
  has(name: string): boolean;
  /** `''` where absent; lines are trimmed. */
  text(name: string): string;
  flag(name: string, otherwise: boolean): boolean;
  whole(name: string, otherwise: number): number;
  /** Split at commas, trimmed. */
  list(name: string): readonly string[];
}

export function valuesOf({ annotations }: Pick<Ingress, 'annotations'>): Values {
  const raw = (name: string): string => annotations[prefix + name] ?? '';
  const text = (name: string): string => raw(name).split('\n').map((line) => line.trim()).join('\n');
  return {
    has: (name) => raw(name) !== '',
    text,
    flag: (name, otherwise) => readFlag(raw(name)) ?? otherwise,
    whole: (name, otherwise) => (/^[+-]?\d+$/.test(raw(name)) ? Number(raw(name)) : otherwise),
    list: (name) => text(name).split(',').map((it) => it.trim()).filter((it) => it !== ''),
  };
}

/** The words of Go's strconv.ParseBool. */
export function readFlag(value: string): boolean | undefined {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return true;
  return /^(?:0|f|F|FALSE|false|False)$/.test(value) ? false : undefined;
}
