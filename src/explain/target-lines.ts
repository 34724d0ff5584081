import type { Backend, Endpoint, RequestLook, TargetOutcome } from '../ir/index.ts';
import { stepLines, type StepLine } from './filter-words.ts';
import type { Known } from './known.ts';
import { backendName, endpointName } from './names.ts';

/** One of the targets of a rule. */
export interface TargetLine {
  readonly backend: string;
  readonly weight: number;
  /** Part of the requests, 0 to 100. */
  readonly percent: number;
  /** How it is reached. */
  readonly way: string;
  readonly endpoints: readonly string[];
  /** What its requests get in its place: a status or `closed`, and the cause. */
  readonly instead?: string;
  readonly steps: readonly StepLine[];
  readonly sent?: RequestLook;
}

/** The targets in the order of the rule. `request` is absent for connections. */
export function targetLines(targets: readonly TargetOutcome[], known: Known, request: RequestLook | undefined): TargetLine[] {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  return targets.map((target): TargetLine => {
    const { backend: key, weight, answer, steps, sent } = target;
    const backend = key === undefined ? undefined : known.ir.backends[key];
    return {
      backend: key === undefined ? `backendRefs[${target.index}], which does not resolve` : backendName(key, backend),
      weight, percent: total === 0 ? 0 : Math.round((weight / total) * 1000) / 10,
      way: backend === undefined ? '' : wayText(backend),
      endpoints: key === undefined ? [] : endpointLines(known, key),
      ...(answer === undefined ? {} : { instead: `${answer.kind === 'answer' ? answer.status : 'closed'} ${answer.cause ?? ''}`.trim() }),
      steps: request === undefined ? [] : stepLines(steps, request, known.ir),
      ...(sent === undefined ? {} : { sent }),
    };
  });
}

/** How a backend is reached. */
export function wayText({ protocol, tls, proxyProtocol }: Backend): string {
  const secure = tls === 'refused' ? 'over TLS that cannot be set up' : tls === undefined ? 'in plain text' : `over TLS as ${tls.serverName}`;
  return `${protocolText[protocol]} ${secure}${proxyProtocol === undefined ? '' : `, PROXY protocol ${proxyProtocol}`}`;
}

const protocolText = { http1: 'HTTP/1.1', h2c: 'HTTP/2', websocket: 'WebSocket', tcp: 'TCP', udp: 'UDP' } as const;

function endpointLines({ ir, assumed }: Known, key: string): string[] {
  if (assumed.has(key)) return ['not in these files, taken as ready'];
  const endpoints = ir.endpoints[key] ?? [];
  return endpoints.length === 0 ? ['none'] : endpoints.map((it) => `${endpointName(it)} ${stateOf(it)}`);
}

function stateOf({ ready, draining }: Endpoint): string {
  if (ready) return 'ready';
  return draining === true ? 'ending, but still answers' : 'not ready';
}
