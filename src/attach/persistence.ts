import type { XBackend } from '../api/index.ts';
import { refKey, type ObjectRef } from '../contract/index.ts';
import type { BackendContext } from './backends.ts';
import type { PersistenceNode } from './graph.ts';
import { refuse, type Verdict } from './verdict.ts';

/** As XBackends, rules of routes and XBackendTrafficPolicies have it alike (GEP-1619). */
export type PersistenceConfig = NonNullable<XBackend['spec']['sessionPersistence']>;

/** Fields that say how a message is framed or where it goes: a token in their place would make another message of it. */
const reserved: ReadonlySet<string> = new Set([
  'host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade', 'cookie', 'set-cookie',
]);

/** What of a configuration can't be carried out, or undefined. The path of the verdict begins at the configuration. */
export function persistenceProblem({ type, cookie, header }: PersistenceConfig): Verdict | undefined {
  if (type === 'Header' && reserved.has(header?.name.toLowerCase() ?? '')) {
    return refuse('UnsupportedValue', `sessionPersistence.header.name: ${header?.name} has a meaning of its own in HTTP; use another name.`, ['header', 'name']);
  }
  // The CRD allows any text, and what follows a semicolon would be another attribute of the cookie.
  if (cookie !== undefined && !/^\/[\x20-\x3a\x3c-\x7e]*$/.test(cookie.path)) {
    return refuse('UnsupportedValue', `sessionPersistence.cookie.path: ${JSON.stringify(cookie.path)} is no path of a cookie; it begins with / and has no semicolon in it.`, ['cookie', 'path']);
  }
  return undefined;
}

/** The persistence in the words of the graph. `owner` is what a name is made from where none is given; it is unique and stays. */
export function persistenceNode({ type, cookie, header, absoluteTimeout }: PersistenceConfig, owner: string): PersistenceNode {
  return {
    type,
    name: type === 'Header' ? header?.name ?? '' : cookie?.name ?? `postern-${shortHash(owner)}`,
    ...(cookie === undefined ? {} : { path: cookie.path }),
    isPermanent: cookie?.lifetimeType === 'Permanent',
    ...(absoluteTimeout === undefined ? {} : { absoluteTimeout }),
  };
}

/** A rule of a route, as far as sessions matter. */
export interface SessionRule {
  readonly name?: string;
  readonly sessionPersistence?: PersistenceConfig;
}

/**
 * The persistence that counts where a rule forwards to a backend: that of the XBackend, else that of the rule, else that of the policy for the
 * backend. GEP-1619 leaves the order to implementations and names the XBackend as the place to be; of the deprecated two the nearer counts.
 */
export function persistenceInForce(route: ObjectRef, rule: SessionRule & { readonly index: number }, target: ObjectRef, context: BackendContext): PersistenceNode | undefined { // oxlint-disable-line max-params -- who, what, where to.
  const own = target.kind === 'XBackend' ? context.xbackends.find(`${target.namespace}/${target.name}`)?.persistence : undefined;
  if (own !== undefined) return own;
  const { sessionPersistence: inline } = rule;
  if (inline !== undefined) return persistenceNode(inline, `${refKey(route)}/${rule.name ?? rule.index}`);
  return context.traffic.persistence(target);
}

/** FNV-1a with 64 bits: tells names apart, and does not show what they were made from at first sight. */
function shortHash(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  return hash.toString(36);
}
