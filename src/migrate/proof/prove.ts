import type { Part } from '../migrate.ts';
import { answerOf, type NginxRequest } from '../nginx/answer.ts';
import type { ReportLine } from '../report.ts';
import { reasonOf } from './reasons.ts';
import { requestsFor } from './requests.ts';
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
      const reason = reasonOf({ request, traits, nginx: verdict, gateway: other, location, server, isEmpty: objects.length === 0 }, lines);
      differences.push({ request: requestText(request), nginx, gateway: found, ...(reason === undefined ? {} : { reason }) });
    }
  }
  return { asked, same: asked - differences.length, told: differences.filter(({ reason }) => reason !== undefined), untold: differences.filter(({ reason }) => reason === undefined) };
}

function requestText({ scheme, host, method, target, headers }: NginxRequest): string {
  return [`${method} ${scheme}://${host}${target}`, ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`)].join(' ');
}
