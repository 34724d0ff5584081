import type { FieldPath } from '../../contract/index.ts';
import type { Settings } from '../annotations/settings.ts';
import type { Ingress, PathType } from '../ingress.ts';

/** What ingress-nginx makes of all Ingresses of a class for one host. */
export interface Server {
  /** `*.example.com`, or `_` for every host that has no server. */
  readonly host: string;
  readonly aliases: readonly string[];
  /** In the order in which nginx has them: longest path first. */
  readonly locations: readonly Location[];
  /** Some path of the host is an expression, so all are (enforceRegexModifier). */
  readonly isRegex: boolean;
  /** The certificate; absent: the controller's own for everybody. */
  readonly certificate?: Certificate;
  readonly isPassthrough: boolean;
  /** Of redirects to https and from other names. */
  readonly redirectCode: number;
  /** Requests for this host are redirected here: `www.` before or behind. */
  readonly wwwFrom?: string;
  /** Whose from-to-www-redirect that is. */
  readonly wwwBy?: Ingress;
}

export interface Certificate {
  readonly ingress: Ingress;
  /** Absent: the controller's default certificate. */
  readonly secret?: string;
}

/** One location block. */
export interface Location {
  /** Of its server. */
  readonly host: string;
  /** As written in the block; ends in `/` where `modifier` is `prefix`. */
  readonly path: string;
  readonly modifier: 'exact' | 'prefix' | 'regex';
  /** As the controller reads it. */
  readonly pathType: Exclude<PathType, 'ImplementationSpecific'>;
  /** The path that the Ingress has, and its type. */
  readonly written: string;
  readonly writtenType: PathType;
  readonly ingress: Ingress;
  readonly settings: Settings;
  /** Absent: 404 of the default backend. */
  readonly upstream?: Upstream;
  /** Absent: made by the controller. */
  readonly at?: FieldPath;
  /** Its host has a certificate. */
  readonly isSecure?: boolean;
}

/** A Service and port; everything that leads to it shares its canary. */
export interface Upstream {
  readonly namespace: string;
  readonly service: string;
  readonly port: number | string;
  readonly canary?: { readonly upstream: Upstream; readonly ingress: Ingress; readonly settings: NonNullable<Settings['canary']> };
}

export const catchAll = '_';

export function upstreamKey({ namespace, service, port }: Pick<Upstream, 'namespace' | 'service' | 'port'>): string {
  return `${namespace}/${service}:${port}`;
}
