/**
 * What `postern diff` reports is what becomes other, on generated pairs of configurations: every request whose fate differs is among the
 * changes, and every change has a request whose fate differs. Fates are told by explain, which knows nothing of diff. TRIAL_PAIRS is how many.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { casesOf, explainRequest, readAsked, rehearseAt, requestLine, type Known, type Meaning, type Asked, type RequestExplanation, type Written } from '../../src/explain/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { compareTraffic, type Change } from '../../src/trial/index.ts';
import { changeWords } from '../../src/trial/diff/words.ts';
import { sideOf } from '../../src/trial/diff/side.ts';
import { treatmentOf } from '../../src/trial/diff/treatment.ts';
import type { End } from '../../src/trial/diff/differences.ts';
import { configurations, grpcRoutes, written } from '../explain/generated.ts';
import { knownFrom } from '../explain/known.ts';

const pairs = Number(process.env['TRIAL_PAIRS'] ?? 15);
const plane = { rehearse, rehearseConnection };
type Meant = Known & { readonly meaning: Meaning };

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const configuration = fc.tuple(configurations({ a: 1, b: 2 }), grpcRoutes).map(([objects, routes]) => [...objects, ...routes]);

/** Two configurations; of the second at most what was drawn is other than in the first. */
const edited = fc.tuple(configuration, configuration, fc.array(fc.constantFrom('keep', 'keep', 'take', 'drop'), { minLength: 12, maxLength: 12 }), fc.boolean()).map(([before, other, turns, isWhole]) => {
  const twin = (it: object): object | undefined => other.find((one) => nameOf(one) === nameOf(it));
  const after = before.flatMap((it, index) => (turns[index] === 'drop' && /Route/.test(nameOf(it)) ? [] : turns[index] === 'take' ? twin(it) ?? it : it));
  return { before, after: isWhole ? other : after };
});

function nameOf(object: object): string {
  const { kind, metadata } = object as Named;
  return `${kind}/${metadata.name}`;
}

/** What a client and the backends see, without the rules that lead there. */
function fateOf(request: Written, known: Meant): string {
  const asked = readAsked(request);
  assert.ok(typeof asked !== 'string');
  const { answer, code, status, answerHeaders, steps, targets, certificate } = explainRequest(asked, { ...known, meaning: withoutTries(known) }, plane);
  const parts = new Map<string, number>();
  const answered = answeredOf(asked, known);
  for (const [index, it] of targets.entries()) {
    if (it.weight === 0) continue;
    const { weight: _, percent: __, steps: filters, ...rest } = it;
    const text = JSON.stringify({ ...rest, answered: answered[index], ...(it.instead === undefined ? { filters: beside(filters) } : {}) });
    parts.set(text, (parts.get(text) ?? 0) + it.weight);
  }
  const total = [...parts.values()].reduce((sum, it) => sum + it, 0);
  const shares = [...parts].map(([text, weight]) => `${text} ${(weight / total).toFixed(6)}`).sort();
  return JSON.stringify(targets.length > 0 ? { shares } : { answer, code, status, answerHeaders: code === undefined ? answerHeaders : [], certificate, steps: code === undefined && status !== 204 ? steps.filter(({ filter }) => /^(?:ExternalAuth|RequestMirror)/.test(filter)).map(({ filter }) => filter) : [] });
}

function withoutTries({ meaning }: Meant): Meaning {
  const { trying: _, ...rest } = meaning;
  return rest;
}

/** Filters that change headers show in the request and in the answer. */
function beside(steps: RequestExplanation['steps']): string[] {
  return steps.filter(({ filter }) => !/^(?:RequestHeaderModifier|ResponseHeaderModifier|URLRewrite)/.test(filter)).map(({ filter }) => filter);
}

/** What the data plane makes of the answers of backends, which explain does not tell. */
function answeredOf(asked: Asked, known: Meant): readonly (object | undefined)[] {
  const outcome = casesOf(asked, known, plane, 'outcome')[0]?.rehearsal.outcome;
  return outcome?.kind === 'forward' ? outcome.targets.map(({ answered }) => answered) : [];
}

/** The words that diff has for a request of the only Gateway. */
function wordsFor(request: Written, before: Meant, after: Meant): { readonly before: string; readonly after: string } {
  const end = (known: Meant): End => {
    const side = sideOf(known, plane);
    const asked = readAsked(request);
    assert.ok(typeof asked !== 'string');
    const place = side.places.get('default/g')?.[0];
    if (place === undefined) return { treatment: { kind: 'closed', cause: 'no-socket' } };
    const rehearsal = rehearseAt({ asked, place, detail: 'outcome' }, side.known, plane);
    return { asked, rehearsal, treatment: treatmentOf(rehearsal, side.known.ir, side.content) };
  };
  return changeWords(end(before), end(after), [before, after]);
}

/** A request without what browsers add for other origins. */
function plainOf(request: Written): Written {
  return { ...request, headers: request.headers.filter(({ name }) => !/^(?:origin|access-control-request-method)$/.test(name)) };
}

/** What becomes other for requests of other origins is told with the plain one that the same rules take. */
function isTold(request: Written, a: Meant, b: Meant): boolean {
  return fateOf(plainOf(request), a) !== fateOf(plainOf(request), b);
}

function exampleOf({ example = '' }: Change): Written {
  const [line = '', ...headers] = example.split(" -H '");
  return { ...requestLine(line.split(' '))!, headers: headers.map((it) => ({ name: it.split(': ')[0]!, value: it.replace(/'$/, '').split(': ').slice(1).join(': ') })) };
}

test('what differs is reported, and what is reported differs', { timeout: 3_600_000 }, () => {
  let differing = 0;
  let changes = 0;
  fc.assert(fc.property(edited, fc.array(written, { minLength: 10, maxLength: 10 }), ({ before, after }, requests) => {
    const [a, b] = [knownFrom(before), knownFrom(after)];
    const compared = compareTraffic(a, b, { plane, now: 0 });
    changes += compared.changes.length;
    for (const request of requests) {
      if (fateOf(request, a) === fateOf(request, b)) continue;
      differing++;
      const words = wordsFor(isTold(request, a, b) ? plainOf(request) : request, a, b);
      const texts = compared.changes.filter(({ kind }) => kind === 'request').map((it) => JSON.stringify([it.before, it.after]));
      assert.ok(texts.includes(JSON.stringify([words.before, words.after])), `${request.method} ${request.url} ${JSON.stringify(request.headers)}: ${words.before} → ${words.after} is not among\n${texts.join('\n')}`);
    }
    for (const change of compared.changes.filter(({ kind }) => kind === 'request')) {
      const request = exampleOf(change);
      assert.notEqual(fateOf(request, a), fateOf(request, b), `${change.example ?? ''}: ${change.before} → ${change.after}`);
    }
  }), { numRuns: pairs, endOnFailure: process.env['SHRINK'] !== '1' });
  if (pairs > 15) console.log({ differing, changes });
  assert.ok(differing > pairs / 2 && changes > pairs / 2, 'a generator that changes nothing would agree with anything');
});

test('a configuration does not differ from itself', () => {
  fc.assert(fc.property(configuration, (objects) => {
    const { changes, come, gone } = compareTraffic(knownFrom(objects), knownFrom(objects), { plane, now: 0 });
    assert.deepEqual({ changes, come, gone }, { changes: [], come: [], gone: [] });
  }), { numRuns: Math.ceil(pairs / 5) });
});
