/**
 * The servers and locations that ingress-nginx's controller makes of Ingresses.
 * Written from createServers, getBackendServers and mergeAlternativeBackends in internal/ingress/controller/controller.go,
 * updateServerLocations in location.go, SetDefaultNGINXPathType in internal/k8s/main.go, and BuildRedirects in pkg/util/ingress/ingress.go (kubernetes/ingress-nginx, v1.15.1).
 */
import { type Settings, settingsOf } from '../annotations/settings.ts';
import { type ControllerConfig, usualConfig } from '../controller-config.ts';
import type { Ingress, IngressBackend, IngressPath } from '../ingress.ts';
import { catchAll, type Certificate, type Location, type Server, type Upstream, upstreamKey } from './server.ts';
import { asBlocks } from './blocks.ts';

interface Draft {
  readonly host: string;
  readonly locations: Location[];
  aliases: readonly string[];
  certificate?: Certificate;
  isPassthrough: boolean;
  /** Whose from-to-www-redirect counts. */
  wwwBy?: Ingress;
}

/** What was not taken, and why. */
export interface Dropped {
  readonly ingress: Ingress;
  readonly path?: IngressPath;
  readonly why: string;
  /** It is a canary that never gets a request. */
  readonly isCanary?: true;
}

export interface Made {
  readonly servers: readonly Server[];
  readonly dropped: readonly Dropped[];
}

/** Oldest first; of the same age the last name first, as the controller sorts them. */
export function inOrder(ingresses: readonly Ingress[]): Ingress[] {
  return ingresses.toSorted((a, b) => (a.created === b.created ? (a.key < b.key ? 1 : -1) : a.created < b.created ? -1 : 1));
}

/** The servers of one class. */
export function serversOf(all: readonly Ingress[], config: ControllerConfig = usualConfig): Made {
  const dropped: Dropped[] = [];
  const ingresses = inOrder(all).map((ingress) => ({ ingress, settings: settingsOf(ingress, config) }));
  const mains = ingresses.filter(({ settings }) => settings.canary === undefined);
  const drafts = new Map<string, Draft>([[catchAll, draftOf(catchAll)]]);
  for (const it of mains) openServers(it, drafts);
  for (const it of mains) configureServers(it, drafts);
  for (const it of mains) addLocations(it, drafts, dropped);
  const canaries = canariesOf(ingresses.filter(({ settings }) => settings.canary !== undefined), drafts, dropped);
  return { servers: withOwnAliases([...drafts.values()].map((draft): Server => ({ ...finished(draft, drafts, canaries, dropped), redirectCode: config.redirectCode })).toSorted((a, b) => (a.host < b.host ? -1 : 1))), dropped };
}

/** Of servers with the same alias nginx takes the first, and a redirect from `www.` goes before all. */
function withOwnAliases(servers: readonly Server[]): Server[] {
  const taken = new Set(servers.flatMap(({ wwwFrom }) => (wwwFrom === undefined ? [] : [wwwFrom])));
  return servers.map((server) => {
    const aliases = server.aliases.filter((it) => !taken.has(it));
    for (const alias of aliases) taken.add(alias);
    return { ...server, aliases };
  });
}

interface Read {
  readonly ingress: Ingress;
  readonly settings: Settings;
}

function draftOf(host: string): Draft {
  return { host, locations: [], aliases: [], isPassthrough: false };
}

function upstreamOf({ ref }: Ingress, { service, port }: IngressBackend): Upstream {
  return { namespace: ref.namespace, service, port };
}

/** Every host begins with a location for `/`: the Ingress's own default backend, or 404. That of the server for every host has no annotations. */
function openServers({ ingress, settings }: Read, drafts: Map<string, Draft>): void {
  const { defaultBackend, rules } = ingress;
  const everything = drafts.get(catchAll) as Draft;
  const backend = defaultBackend === undefined ? {} : { upstream: upstreamOf(ingress, defaultBackend), at: ['spec', 'defaultBackend'] };
  if (defaultBackend !== undefined && rules.length === 0 && everything.locations[0]?.upstream === undefined) {
    const { redirect: _redirect, ...rest } = settings;
    everything.locations[0] = { ...rootOf(ingress, catchAll, { ...rest, rewriteTarget: '', useRegex: false, appRoot: '' }), ...backend };
  }
  for (const { host } of rules) {
    if (host === '' && everything.locations.length === 0) everything.locations.push(rootOf(ingress, catchAll, { ...settingsOf({ annotations: {} }), sslRedirect: false }));
    if (host === '' || drafts.has(host)) continue;
    const draft = draftOf(host);
    draft.isPassthrough = settings.sslPassthrough;
    draft.locations.push({ ...rootOf(ingress, host, settings), ...backend });
    drafts.set(host, draft);
  }
}

function rootOf(ingress: Ingress, host: string, settings: Settings): Location {
  return { host, path: '/', written: '/', modifier: 'prefix', pathType: 'Prefix', writtenType: 'Prefix', ingress, settings };
}

/** Aliases, passthrough and certificate: of each the first Ingress that says something counts. */
function configureServers({ ingress, settings }: Read, drafts: Map<string, Draft>): void {
  for (const { host } of ingress.rules) {
    const draft = drafts.get(host === '' ? catchAll : host) as Draft;
    if (draft.aliases.length === 0) draft.aliases = settings.aliases;
    draft.isPassthrough ||= settings.sslPassthrough;
    // The server for every host has the controller's certificate, whatever an Ingress says.
    if (draft.host !== catchAll && draft.certificate === undefined) {
      const certificate = certificateFor(draft.host, ingress);
      if (certificate !== undefined) draft.certificate = certificate;
    }
  }
}

/** The entry that names the host; else the first that may be for it, since the controller looks into the certificate, and we cannot. */
function certificateFor(host: string, ingress: Ingress): Certificate | undefined {
  const named = ingress.tls.find(({ hosts }) => hosts.includes(host)) ?? ingress.tls.find(({ hosts, secret }) => secret !== undefined && (hosts.length === 0 || hosts.some((it) => covers(it, host))));
  return named === undefined ? undefined : { ingress, ...(named.secret === undefined ? {} : { secret: named.secret }) };
}

function covers(wildcard: string, host: string): boolean {
  return wildcard.startsWith('*.') && host.endsWith(wildcard.slice(1)) && !host.slice(0, -wildcard.length + 1).includes('.');
}

function addLocations(read: Read, drafts: Map<string, Draft>, dropped: Dropped[]): void {
  for (const { host, paths } of read.ingress.rules) {
    const draft = drafts.get(host === '' ? catchAll : host) as Draft;
    for (const path of paths) addLocation(read, draft, path, dropped);
  }
}

/** The controller reads a path of no type, or of type ImplementationSpecific, as Prefix. */
function typeOf({ pathType }: IngressPath): Location['pathType'] {
  return pathType === 'Exact' ? 'Exact' : 'Prefix';
}

// oxlint-disable-next-line max-params -- what is added, and where.
function addLocation({ ingress, settings }: Read, draft: Draft, path: IngressPath, dropped: Dropped[]): void {
  if (path.backend === undefined) {
    dropped.push({ ingress, path, why: 'its backend is no Service, which ingress-nginx answers with its default backend (404)' });
    return;
  }
  const pathType = typeOf(path);
  const location: Location = { host: draft.host, path: path.path, written: path.path, modifier: 'prefix', pathType, writtenType: path.pathType, ingress, settings, upstream: upstreamOf(ingress, path.backend), at: path.at };
  const same = draft.locations.findIndex((it) => it.path === path.path);
  const known = draft.locations[same];
  const isSame = known !== undefined && known.pathType === pathType;
  if (isSame && known.at?.[1] === 'rules') {
    dropped.push({ ingress, path, why: `Ingress ${known.ingress.key} has the same host and path, and counts because it is older or first in the controller's order` });
    return;
  }
  if (settings.fromToWww) draft.wwwBy ??= ingress;
  if (isSame) draft.locations[same] = location;
  else draft.locations.push(location);
}

type Canaries = Map<string, NonNullable<Upstream['canary']>>;

/** A canary joins the upstream of the location with its host, path and type, and so everything else that leads to that Service. */
function canariesOf(reads: readonly Read[], drafts: ReadonlyMap<string, Draft>, dropped: Dropped[]): Canaries {
  const canaries: Canaries = new Map();
  for (const { ingress, settings: { canary: settings } } of reads) {
    for (const { host, paths } of ingress.rules) {
      const locations = drafts.get(host === '' ? catchAll : host)?.locations ?? [];
      for (const path of paths) {
        const why = path.backend === undefined || settings === undefined ? 'its backend is no Service' : joinedBy({ upstream: upstreamOf(ingress, path.backend), ingress, settings }, path, locations, canaries);
        if (why !== undefined) dropped.push({ ingress, path, why, isCanary: true });
      }
    }
  }
  return canaries;
}

/** Adds a canary to what leads to its main Service; a word where there is nothing to add it to. */
function joinedBy(canary: NonNullable<Upstream['canary']>, path: IngressPath, locations: readonly Location[], canaries: Canaries): string | undefined { // oxlint-disable-line max-params -- what joins, and what it joins.
  const primaries = locations.flatMap((it) => (it.path === path.path && it.pathType === typeOf(path) && it.upstream !== undefined ? [upstreamKey(it.upstream)] : []));
  if (primaries.length === 0) return 'no other Ingress has this host, path and path type, so ingress-nginx leaves the canary out';
  if (primaries.includes(upstreamKey(canary.upstream))) return 'its Service is the main one too';
  // Of several canaries only the first is ever asked (route_to_alternative_balancer in balancer.lua).
  const earlier = primaries.map((key) => canaries.get(key)).find((it) => it !== undefined && it.ingress !== canary.ingress);
  for (const key of primaries) if (!canaries.has(key)) canaries.set(key, canary);
  return earlier === undefined ? undefined : `Ingress ${earlier.ingress.key} is a canary of the same Service already, and ingress-nginx asks only the first`;
}

function finished(draft: Draft, drafts: ReadonlyMap<string, Draft>, canaries: Canaries, dropped: Dropped[]): Omit<Server, 'redirectCode'> { // oxlint-disable-line max-params -- the last collects.
  const { isRegex, locations: blocks, doubled } = asBlocks(draft.locations);
  for (const { ingress, written } of doubled) dropped.push({ ingress, why: `path ${written} comes to a location of nginx that host ${draft.host} has already; nginx takes no such configuration, and here the first counts` });
  // Without one of its own a host has that of its wildcard (get_pem_cert_uid in certificate.lua), and with it the redirect to https.
  const certificate = draft.certificate ?? (draft.host === catchAll || draft.host.startsWith('*.') ? undefined : drafts.get(draft.host.replace(/^[^.]+/, '*'))?.certificate);
  const locations = blocks.map((it): Location => {
    const canary = it.upstream === undefined ? undefined : canaries.get(upstreamKey(it.upstream));
    return { ...it, isSecure: certificate !== undefined, ...(canary === undefined || it.upstream === undefined ? {} : { upstream: { ...it.upstream, canary } }) };
  });
  const from = draft.host.startsWith('www.') ? draft.host.slice(4) : `www.${draft.host}`;
  const isFree = draft.wwwBy !== undefined && draft.host !== catchAll && !draft.host.startsWith('*.') && !drafts.has(from);
  return {
    host: draft.host, aliases: draft.aliases.filter((it) => it !== draft.host && !drafts.has(it)), locations, isRegex, isPassthrough: draft.isPassthrough,
    ...(certificate === undefined ? {} : { certificate }), ...(isFree && draft.wwwBy !== undefined ? { wwwFrom: from, wwwBy: draft.wwwBy } : {}),
  };
}
