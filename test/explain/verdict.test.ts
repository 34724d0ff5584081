/** What an explanation says equals what the proxy decides, on generated pairs of configuration and request. EXPLAIN_PAIRS is how many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { explainRequest, readAsked, type Known, type Written } from '../../src/explain/index.ts';
import type { AskedRequest, BackendKey, Ir } from '../../src/ir/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { refusalAnswer } from '../../src/proxy/http1/answer.ts';
import { Meters } from '../../src/proxy/observe/meters.ts';
import { Observation } from '../../src/proxy/observe/observation.ts';
import { headText, readHead } from '../../src/proxy/rehearsal/request-look.ts';
import { decide } from '../../src/proxy/route/decide.ts';
import { compileSockets } from '../../src/proxy/route/compiled-sockets.ts';
import type { SocketTable } from '../../src/proxy/route/socket-table.ts';
import { newStats } from '../../src/proxy/stats.ts';
import type { BackendPool } from '../../src/proxy/upstream/backend-pool.ts';
import { configurations, grpcRoutes, written } from './generated.ts';
import { knownFrom } from './known.ts';

const pairs = Number(process.env['EXPLAIN_PAIRS'] ?? 600);
const requestsEach = 5;
const plane = { rehearse, rehearseConnection };

/** The table that traffic would meet; a pool is known by its key. */
function tableOf(ir: Ir): SocketTable | undefined {
  const poolOf = (key: BackendKey): BackendPool => ({ key }) as unknown as BackendPool;
  return compileSockets(ir, poolOf, { defaultRequestMs: 0, meters: new Meters(false), tracerOf: () => undefined }).values().next().value;
}

interface Verdict {
  readonly rule: string | undefined;
  /** A status, or the key of a backend. */
  readonly end: string;
}

/** Asks the table until every target had its turn. */
function decided(table: SocketTable, asked: AskedRequest): { readonly rule: string | undefined; readonly ends: ReadonlySet<string> } {
  const ends = new Set<string>();
  let rule: string | undefined;
  for (let turn = 0; turn < 16; turn++) {
    const { end, rule: found } = decidedOnce(table, asked);
    rule = found;
    ends.add(end);
  }
  return { rule, ends };
}

function decidedOnce(table: SocketTable, asked: AskedRequest): Verdict {
  const head = readHead(headText(asked));
  if (typeof head === 'string') return { rule: undefined, end: `${refusalAnswer(head).status} ${head}` };
  const observation = new Observation({ stats: newStats(), observers: [], isCutOff: false });
  observation.begin(table.meter);
  const decision = decide(table, '', head, observation);
  const rule = observation.rule === undefined ? undefined : `${observation.rule.name} ${observation.rule.rule} ${observation.rule.match}`;
  if (typeof decision === 'string') return { rule, end: `${refusalAnswer(decision).status} ${decision}` };
  if ('target' in decision) return { rule, end: (decision.target.pool as unknown as { readonly key: string }).key };
  // The only authorizers here are those that nobody can ask.
  if ('gate' in decision) return { rule, end: '503 auth-unavailable' };
  const location = /(?:^|\n)location: ([^\r]*)/.exec(decision.lines ?? '')?.[1];
  return { rule, end: `${decision.status}${decision.cause === undefined ? '' : ` ${decision.cause}`}${location === undefined ? '' : ` ${location}`}` };
}

/** The same in the words of the explanation, which knows of endpoints too. */
function explained(known: Known, request: Written): { readonly rule: string | undefined; readonly ends: ReadonlySet<string>; readonly isFirst: boolean } {
  const asked = readAsked(request);
  assert.ok(typeof asked !== 'string');
  const explanation = explainRequest(asked, known, plane);
  const taken = explanation.rules.findIndex(({ result }) => result === 'takes');
  const isFirst = explanation.rules.slice(0, taken === -1 ? undefined : taken).every(({ result }) => result === 'not');
  const rule = explanation.rules[taken]?.rule.replace(/^(?:HTTP|GRPC)Route default\/(\w+) rules\[(\d+)\]\.matches\[(\d+)\]$/, '$1 $2 $3');
  const location = explanation.answerHeaders?.find((it) => it.startsWith('location: '))?.slice(10);
  const own = `${explanation.status ?? ''}${explanation.code === undefined ? '' : ` ${explanation.code}`}${location === undefined ? '' : ` ${location}`}`;
  const isGrpc = explanation.rules[taken]?.rule.startsWith('GRPCRoute') === true;
  const ends = explanation.targets.length === 0 ? [own] : explanation.targets.filter(({ weight }) => weight > 0).map(({ backend, instead }) => {
    const key = /^Service default\/(\w+) port (\d+)$/.exec(backend);
    return key === null ? instead ?? '' : instead === undefined || /no-endpoint/.test(instead) ? `service/default/${key[1]}/${key[2]}${isGrpc ? '/grpc' : ''}` : instead;
  });
  return { rule, ends: new Set(ends), isFirst };
}

test('an explanation says what the proxy decides', { timeout: 3_600_000 }, () => {
  let asked = 0;
  const seen = new Map<string, number>();
  fc.assert(fc.property(fc.tuple(configurations({ a: 1, b: 2 }), grpcRoutes).map(([objects, routes]) => [...objects, ...routes]), fc.array(written, { minLength: requestsEach, maxLength: requestsEach }), (objects, requests) => {
    const known = knownFrom(objects);
    const table = tableOf(known.ir);
    for (const request of requests) {
      asked++;
      const ours = explained(known, request);
      const question = readAsked(request);
      assert.ok(typeof question !== 'string' && question.kind === 'request');
      const theirs = table === undefined ? undefined : decided(table, question.request);
      if (theirs === undefined) continue;
      assert.deepEqual({ rule: ours.rule, ends: [...ours.ends].sort() }, { rule: theirs.rule, ends: [...theirs.ends].sort() });
      assert.ok(ours.isFirst, 'no rule before the one that takes it matches, and where none takes it none matches');
      for (const end of theirs.ends) seen.set(end.split(' http', 1)[0]!, (seen.get(end.split(' http', 1)[0]!) ?? 0) + 1);
    }
  }), { numRuns: Math.ceil(pairs / requestsEach) });
  assert.ok(asked >= pairs);
  if (pairs > 600) console.log(Object.fromEntries(seen));
  // A generator that leads nowhere would agree with anything.
  for (const end of ['service/default/a/80', 'service/default/b/80', '404 no-route', '400 bad-target', '500 backend-not-found', ...(pairs > 5000 ? ['503 auth-unavailable', '500 filter-not-resolved', 'service/default/a/80/grpc'] : [])]) assert.ok(seen.has(end), `${end} never came: ${[...seen.keys()].join(', ')}`);
});
