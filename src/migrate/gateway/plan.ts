import type { Ingress } from '../ingress.ts';
import { catchAll, type Server } from '../nginx/server.ts';
import type { Context } from './context.ts';
import { isHostname } from './filters.ts';
import type { Piece } from './piece.ts';
import { piecesOf } from './pieces.ts';

/** A server on its way to a Gateway: its names, its rules, and the listeners that carry them. */
export interface ServerPlan {
  readonly server: Server;
  /** `''`: every host. */
  readonly names: readonly string[];
  readonly pieces: readonly Piece[];
  /** The Secret of each name's certificate; absent: nothing over TLS. */
  readonly secrets: ReadonlyMap<string, SecretRef>;
  /** Names that need a listener of their own for HTTP, or a more general host would take what they do not have. */
  readonly apart: ReadonlySet<string>;
}

export interface SecretRef {
  readonly namespace: string;
  readonly name: string;
}

type Draft = Omit<ServerPlan, 'secrets' | 'apart'> & { readonly secret?: SecretRef };

/** Plans for every server that has something to serve. */
export function plansOf(servers: readonly Server[], context: Context, defaultCertificate: SecretRef | undefined): ServerPlan[] {
  const drafts = servers.map((server) => draftOf(server, context, defaultCertificate));
  const apart = namesApart(drafts);
  const wildcards = new Map(drafts.flatMap(({ server, secret }) => (server.host.startsWith('*.') && secret !== undefined ? [[server.host, secret] as const] : [])));
  const plans = drafts.map((draft): ServerPlan => {
    const names = allNames(draft);
    return { ...draft, secrets: secretsOf(names, draft.secret, wildcards), apart: new Set(names.filter((it) => apart.has(it))) };
  });
  // A host that has nothing to serve needs a place where nothing is served, or a more general host would take its requests.
  return plans.filter((it) => it.pieces.length > 0 || it.apart.size > 0 || it.server.wwwFrom !== undefined);
}

function draftOf(server: Server, context: Context, defaultCertificate: SecretRef | undefined): Draft {
  const { certificate, host, isPassthrough } = server;
  const secret = secretOf(server, defaultCertificate);
  const pieces = withoutNeed(piecesOf(server, context));
  const isLost = certificate !== undefined && secret === undefined && !isPassthrough;
  if (isLost) {
    context.notes.add({
      ingress: certificate.ingress.key, fate: 'held-back', says: `host ${host} has TLS with the controller's default certificate, which no Ingress names, so the host is left out`,
      instead: 'name its Secret: --default-certificate NAMESPACE/NAME',
    });
  }
  return { server, names: namesOf(server, context), pieces: isLost ? [] : pieces, ...(secret === undefined ? {} : { secret }) };
}

/** Every name that requests of a server come for, with those that are redirected to it. */
export function allNames({ names, server: { wwwFrom } }: Pick<ServerPlan, 'names' | 'server'>): readonly string[] {
  return [...names, ...(wwwFrom === undefined ? [] : [wwwFrom])];
}

/** The names that a more general host would take something from. */
function namesApart(drafts: readonly Draft[]): ReadonlySet<string> {
  const general = drafts.filter(({ server: { host }, pieces }) => pieces.length > 0 && (host === catchAll || host.startsWith('*.')));
  const open = drafts.filter(({ pieces }) => !takesAll(pieces));
  const apart = new Set(open.flatMap((draft) => allNames(draft).filter((name) => general.some(({ server }) => server !== draft.server && isOver(server.host, name)))));
  // A wildcard that has a listener of its own would take requests from the names below it.
  for (const name of drafts.flatMap(allNames)) if ([...apart].some((it) => it.startsWith('*.') && isOver(it, name))) apart.add(name);
  return apart;
}

/** A name without a certificate of its own has that of its wildcard. */
function secretsOf(names: readonly string[], own: SecretRef | undefined, wildcards: ReadonlyMap<string, SecretRef>): ReadonlyMap<string, SecretRef> {
  return new Map(names.flatMap((name) => {
    const secret = own ?? wildcards.get(name.replace(/^[^.]+/, '*'));
    return secret === undefined ? [] : [[name, secret] as const];
  }));
}

/** Nothing that is asked of the host over HTTP is left for others. */
function takesAll(pieces: readonly Piece[]): boolean {
  return pieces.some(({ side, rule }) => side !== 'https' && rule.matches.some(({ path, headers }) => path.type === 'PathPrefix' && path.value === '/' && headers === undefined));
}

function isOver(general: string, host: string): boolean {
  return general === catchAll ? host !== '' : host !== general && host.endsWith(general.slice(1));
}

function secretOf({ certificate, host }: Server, defaultCertificate: SecretRef | undefined): SecretRef | undefined {
  if (certificate === undefined) return host === catchAll ? defaultCertificate : undefined;
  return certificate.secret === undefined ? defaultCertificate : { namespace: certificate.ingress.ref.namespace, name: certificate.secret };
}

function namesOf({ host, aliases, locations }: Server, { notes }: Context): string[] {
  const good = aliases.filter((it) => isHostname(it.replace(/^\*\./, '')));
  const owner = locations[0]?.ingress as Ingress;
  for (const alias of aliases.filter((it) => !good.includes(it))) {
    notes.annotation(owner, 'server-alias', 'lost', [`${alias} is an expression, and hostnames of routes are names, perhaps with a wildcard in front`, 'list the names that it stands for']);
  }
  return [host === catchAll ? '' : host, ...good];
}

/** Where a host only redirects to https, one rule for every path says so. */
function withoutNeed(pieces: readonly Piece[]): Piece[] {
  const redirects = pieces.filter(({ side }) => side === 'http');
  const root = redirects.find(({ rule: { matches, filters } }) => matches[0]?.path.value === '/' && matches[0].path.type === 'PathPrefix' && filters?.length === 1);
  const isPlain = redirects.every(({ rule }) => rule.filters?.length === 1);
  const isWhole = root !== undefined && isPlain && pieces.every(({ side, rule }) => side !== 'both' || rule.matches.every(({ path }) => path.type === 'Exact'));
  return isWhole ? pieces.filter((it) => it.side !== 'http' || it === root) : [...pieces];
}
