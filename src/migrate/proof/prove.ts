import type { Part } from '../migrate.ts';
import { answerOf, type NginxRequest } from '../nginx/answer.ts';
import type { Location, Server } from '../nginx/server.ts';
import type { ReportLine } from '../report.ts';
import { requestsFor, type Trait } from './requests.ts';
import { type Verdict, verdictText } from './verdict.ts';

/** A request that the two sides treat otherwise. */
export interface Difference {
  readonly request: string;
  readonly nginx: string;
  readonly gateway: string;
  /** Absent: the report does not tell it. */
  readonly reason?: string;
}

export interface Proof {
  readonly asked: number;
  readonly same: number;
  readonly told: readonly Difference[];
  readonly untold: readonly Difference[];
}

/** What a Gateway does with a request. */
export type AskGateway = (request: NginxRequest, gateway: Part['gateway']) => Verdict;

/** Compares, for requests made from everything that ingress-nginx's servers know, what it does with what the Gateways do. */
export function prove(parts: readonly Part[], lines: readonly ReportLine[], ask: AskGateway): Proof {
  const differences: Difference[] = [];
  let asked = 0;
  for (const { gateway, servers, objects } of parts) {
    for (const { request, traits } of requestsFor(servers)) {
      asked++;
      const { verdict, location, server } = answerOf(servers, request);
      const other = ask(request, gateway);
      const [nginx, found] = [verdictText(verdict), verdictText(other)];
      if (nginx === found) continue;
      const reason = reasonOf({ request, traits, verdict, other, location, server, isEmpty: objects.length === 0 }, lines);
      differences.push({ request: requestText(request), nginx, gateway: found, ...(reason === undefined ? {} : { reason }) });
    }
  }
  return { asked, same: asked - differences.length, told: differences.filter(({ reason }) => reason !== undefined), untold: differences.filter(({ reason }) => reason === undefined) };
}

function requestText({ scheme, host, method, target, headers }: NginxRequest): string {
  return [`${method} ${scheme}://${host}${target}`, ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`)].join(' ');
}

interface Seen {
  readonly request: NginxRequest;
  readonly traits: readonly Trait[];
  readonly verdict: Verdict;
  readonly other: Verdict;
  readonly location: Location | undefined;
  readonly server: Server | undefined;
  /** There is no Gateway. */
  readonly isEmpty: boolean;
}

/** What differs between the two for every Ingress, by the trait of the requests that show it. */
const always: Readonly<Partial<Record<Trait, string>>> = {
  slashes: 'nginx merges slashes before it compares a path, and a Gateway does not',
  dots: 'nginx compares a path with its dot segments resolved and sends it as it came; a Gateway sends it resolved',
  encoded: 'nginx decodes a path before it compares it, and a Gateway does not',
  labels: 'a wildcard stands for one label in ingress-nginx, and for any number in a Gateway',
  options: 'nginx answers every OPTIONS of an allowed origin where CORS is on; a Gateway answers every preflight and nothing else',
};

/** Why the two differ, where that is told: for every Ingress, or in the report of this one. */
function reasonOf(seen: Seen, lines: readonly ReportLine[]): string | undefined {
  const { traits, location, server, verdict, other, request, isEmpty } = seen;
  if (other.kind === 'closed' && isEmpty) return 'no Gateway is made, since everything that it would serve is held back';
  const usual = traits.map((it) => always[it]).find((it) => it !== undefined);
  if (usual !== undefined) return usual;
  if (isSlashOfRedirect(verdict, other)) return 'ingress-nginx drops a slash at the end when it redirects to https or to another name, and a RequestRedirect keeps it';
  const own = lines.filter(({ ingress }) => location?.ingress.key === ingress || server?.locations.some((it) => it.ingress.key === ingress) === true);
  const held = own.find(({ fate, ingress, path }) => fate === 'held-back' && (location === undefined || (ingress === location.ingress.key && (path === undefined || path === location.written))));
  if (held !== undefined) return `Ingress ${held.ingress} is held back: ${held.says}`;
  const written = own.find(({ says }) => says.startsWith('taken as written'));
  if (written !== undefined) return `Ingress ${written.ingress}: ${written.says}`;
  return ofTraits(traits, own) ?? (isQueryOfRedirect(verdict, other) && request.target.includes('?') ? own.find(({ says }) => says.includes('hands the query'))?.says : undefined);
}

const words: Readonly<Partial<Record<Trait, RegExp>>> = { case: /regard to case/, boundary: /ends at a slash/ };

/** A loss that the report names explains requests that show it. */
function ofTraits(traits: readonly Trait[], own: readonly ReportLine[]): string | undefined {
  const partly = own.filter(({ fate }) => fate === 'partly');
  const found = traits.flatMap((it) => partly.filter(({ says }) => words[it]?.test(says) === true))[0] ?? partly.find(({ says }) => /without its slash|two slashes/.test(says));
  return found?.says;
}

function isSlashOfRedirect(nginx: Verdict, gateway: Verdict): boolean {
  return nginx.kind === 'redirect' && gateway.kind === 'redirect' && nginx.status === 308 && gateway.status === 308 && gateway.location.replace(/\/$/, '') === nginx.location.replace(/:(?:80|443)(?=\/|$)/, '').replace(/\/$/, '');
}

function isQueryOfRedirect(nginx: Verdict, gateway: Verdict): boolean {
  return nginx.kind === 'redirect' && gateway.kind === 'redirect' && gateway.location.replace(/\?.*$/, '').replace(/\/$/, '') === nginx.location.replace(/\/$/, '');
}
