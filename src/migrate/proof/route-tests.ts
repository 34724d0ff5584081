import type { MadeObject } from '../gateway/object.ts';
import type { Part } from '../migrate.ts';
import { answerOf, type NginxRequest } from '../nginx/answer.ts';
import type { AskGateway } from './prove.ts';
import { requestsFor } from './requests.ts';
import { type Verdict, verdictText } from './verdict.ts';

interface Case {
  readonly requests: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** What ingress-nginx does with the usual requests as RouteTests, which hold for the Gateways: requests that these treat otherwise are in the report. */
export function routeTestsOf(parts: readonly Part[], ask: AskGateway): MadeObject[] {
  return parts.filter(({ objects }) => objects.length > 0).map((part): MadeObject => {
    const { namespace, name } = part.gateway;
    const spec = { gateway: `${namespace}/${name}`, cases: together(casesOf(part, ask)) };
    return { about: ['what ingress-nginx does with these requests'], object: { apiVersion: 'postern.dev/v1alpha1', kind: 'RouteTest', metadata: { name: `${name}-as-ingress-nginx`, namespace }, spec } };
  });
}

function casesOf({ gateway, servers }: Part, ask: AskGateway): Case[] {
  const usual = requestsFor(servers).filter(({ traits }) => traits.every((it) => it === 'usual' || it === 'preflight'));
  return usual.flatMap(({ request }): Case[] => {
    const { verdict } = answerOf(servers, request);
    const expect = verdictText(verdict) === verdictText(ask(request, gateway)) ? expectOf(verdict, request) : undefined;
    const { method, scheme, host, target, headers } = request;
    return expect === undefined ? [] : [{ requests: [`${method} ${scheme}://${host}${target}`], ...(Object.keys(headers).length === 0 ? {} : { headers }), expect }];
  });
}

/** Requests that meet the same are one case. */
function together(cases: readonly Case[]): Case[] {
  return [...Map.groupBy(cases, ({ headers, expect }) => JSON.stringify([headers, expect])).values()].map((same): Case => ({ ...same[0] as Case, requests: same.flatMap(({ requests }) => requests) }));
}

function expectOf(verdict: Verdict, { host, target }: NginxRequest): Case['expect'] | undefined {
  switch (verdict.kind) {
    case 'answer': return { status: verdict.status };
    case 'redirect': return { status: verdict.status, redirect: verdict.location.replace(/^(https?:\/\/[^/?#]+)$/, '$1/') };
    case 'forward': {
      const { shares } = verdict;
      const forwarded = { ...(verdict.target === target ? {} : { path: verdict.target }), ...(verdict.host === host ? {} : { host: verdict.host }) };
      const where = shares.length === 1 ? { backend: shares[0]?.backend } : { backends: Object.fromEntries(shares.map(({ backend, percent }) => [backend, percent])) };
      return { ...where, ...(Object.keys(forwarded).length === 0 ? {} : { forwarded }) };
    }
    default: return undefined;
  }
}
