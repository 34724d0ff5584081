import { changesBetween, filterText, type Known, rewriteText, wayText } from '../../explain/index.ts';
import type { BackendKey, Forward, Ir, Outcome, Redirect, Rehearsal, TargetOutcome } from '../../ir/index.ts';
import { backendNamed, backendText, percentText } from '../fate.ts';
import type { End } from './differences.ts';
import { podsText } from './pods.ts';

/** One end of a change, in words. */
export interface EndWords {
  /** Where requests go, or what they get. */
  readonly end: string;
  /** What happens to them on the way. */
  readonly extras: readonly string[];
}

/** Both ends of a change: where they go, and of what happens on the way only what differs. */
export function changeWords(before: End, after: End, [knownBefore, knownAfter]: readonly [Known, Known]): { readonly before: string; readonly after: string } {
  const was = withExtras(endWords(before, knownBefore), backendWords(before, after, knownBefore));
  const is = withExtras(endWords(after, knownAfter), backendWords(after, before, knownAfter));
  const only = (own: EndWords, other: EndWords): string[] => own.extras.filter((it) => !other.extras.includes(it));
  const texts = { before: [was.end, ...only(was, is)].join('; '), after: [is.end, ...only(is, was)].join('; ') };
  if (texts.before !== texts.after) return texts;
  const [old, now] = concrete(before, after);
  return { before: `${texts.before}; ${old}`, after: `${texts.after}; ${now}` };
}

function withExtras({ end, extras }: EndWords, more: readonly string[]): EndWords {
  return { end, extras: [...extras, ...more] };
}

function endWords({ rehearsal, asked }: End, { ir }: Known): EndWords {
  if (rehearsal === undefined) return { end: 'connection refused', extras: [] };
  const { outcome, asks = [] } = rehearsal;
  const authorizers = asks.map((it) => `authorized by ${backendText(backendNamed(it, ir))}`);
  if (outcome.kind === 'closed') return { end: closedWords[outcome.cause] ?? `closed: ${outcome.cause}`, extras: authorizers };
  const own = outcome.kind === 'answer' ? answerWords(rehearsal, outcome, asked?.scheme ?? 'http', ir) : forwardWords(rehearsal, outcome, ir);
  return { end: own.end, extras: [...authorizers, ...own.extras] };
}

function answerWords(rehearsal: Rehearsal, { status, cause }: Extract<Outcome, { kind: 'answer' }>, scheme: string, ir: Ir): EndWords { // oxlint-disable-line max-params -- the parts of an answer.
  if (cause !== undefined) return { end: `${status} ${cause}`, extras: [] };
  const action = ir.routes[rehearsal.route ?? '']?.action;
  const isRedirect = action?.kind === 'redirect' && status === action.status;
  return { end: isRedirect ? redirectWords(action, scheme) : `${status}`, extras: filterWords(rehearsal, ir) };
}

function forwardWords(rehearsal: Rehearsal, { targets }: Extract<Outcome, { kind: 'forward' }>, ir: Ir): EndWords {
  const action = ir.routes[rehearsal.route ?? '']?.action;
  return { end: sharesWords(targets, ir), extras: [...filterWords(rehearsal, ir), ...(action?.kind === 'forward' ? limitWords(action) : [])] };
}

const closedWords: Readonly<Record<string, string>> = {
  'no-certificate': 'TLS fails: no certificate', 'no-listener': 'closed: no listener has the name', 'no-route': 'closed: no route',
  'backend-not-found': 'closed: backend not found', 'no-endpoint': 'closed: no endpoint',
};

/** `301 to https://{host}{path}`. */
function redirectWords({ status, scheme, hostname, port, path }: Redirect, own: string): string {
  return `${status} to ${scheme ?? own}://${hostname ?? '{host}'}${port === undefined ? '' : `:${port}`}${path === undefined ? '{path}' : ` ${rewriteText(path)}`}`;
}

/** `95% shop/cart-v1:80, 5% shop/cart-v2:80`. */
function sharesWords(targets: readonly TargetOutcome[], ir: Ir): string {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  const parts = new Map<string, number>();
  for (const { weight, backend, answer } of targets) {
    if (weight <= 0) continue;
    const to = backend === undefined ? undefined : backendText(backendNamed(backend, ir));
    const gets = answer === undefined ? undefined : answer.kind === 'answer' ? `${answer.status} ${answer.cause ?? ''}`.trim() : `closed: ${answer.cause}`;
    const text = gets === undefined ? to ?? 'nowhere' : to === undefined ? gets : `${gets} (${to})`;
    parts.set(text, (parts.get(text) ?? 0) + weight);
  }
  if (parts.size === 1) return [...parts.keys()][0]!;
  return [...parts].map(([text, weight]) => `${percentText((weight / total) * 100)} ${text}`).join(', ');
}

/** The filters of the rule, and those of single backends with their names. */
function filterWords({ outcome }: Rehearsal, ir: Ir): string[] {
  if (outcome.kind === 'closed') return [];
  if (outcome.kind === 'answer') return (outcome.steps ?? []).map(({ filter }) => filterText(filter, ir));
  const used = outcome.targets.filter(({ weight, answer }) => weight > 0 && answer === undefined);
  return [...new Set(used.flatMap(({ steps, backend }) => steps.map(({ filter, of }) => (
    of === 'rule' || backend === undefined ? filterText(filter, ir) : `for ${backendText(backendNamed(backend, ir))} ${filterText(filter, ir)}`
  ))))];
}

function limitWords({ requestTimeoutMs, backendTimeoutMs, retry, targets }: Forward): string[] {
  return [
    ...(requestTimeoutMs === undefined ? [] : [`at most ${requestTimeoutMs} ms`]), ...(backendTimeoutMs === undefined ? [] : [`at most ${backendTimeoutMs} ms a try`]),
    ...(retry === undefined ? [] : [`${retry.attempts} retries${retry.codes.length === 0 ? '' : ` on ${retry.codes.join(', ')}`}${retry.backoffMs === undefined ? '' : ` after ${retry.backoffMs} ms`}`]),
    ...new Set(targets.flatMap(({ persistence }) => (persistence === undefined ? [] : [`sessions by ${persistence.kind} ${persistence.name}`]))),
  ];
}

/** How those backends are reached that both sides have. */
function backendWords({ rehearsal }: End, { rehearsal: other }: End, known: Known): string[] {
  const { ir } = known;
  const used = (it: Rehearsal | undefined): BackendKey[] => (it?.outcome.kind === 'forward' ? it.outcome.targets.flatMap(({ backend, weight }) => (backend === undefined || weight <= 0 ? [] : [backend])) : []);
  const theirs = new Set(used(other));
  return [...new Set(used(rehearsal))].flatMap((key) => {
    const backend = ir.backends[key];
    if (backend === undefined || !theirs.has(key)) return [];
    const name = backendText(backendNamed(key, ir));
    const pods = podsText(key, known);
    return [`${name} ${wayText(backend)}`, ...(pods === undefined ? [] : [`${name} sends to ${pods}`])];
  });
}

/** Where words say the same: what the backends get, or else the first setting that differs. */
function concrete(before: End, after: End): readonly [string, string] {
  const [was, is] = [before.treatment, after.treatment];
  if (was.kind === 'forward' && is.kind === 'forward') {
    const [old, now] = [was.shares.find(({ sent }) => sent !== undefined)?.sent, is.shares.find(({ sent }) => sent !== undefined)?.sent];
    const changes = old === undefined || now === undefined ? [] : changesBetween(old, now);
    if (changes.length > 0) return ['', changes.join(', ')];
  }
  return firstDifference(was, is, '') ?? ['', 'otherwise'];
}

/** `limits.requestTimeoutMs 5`, and what stands there on the other side. */
function firstDifference(a: unknown, b: unknown, path: string): readonly [string, string] | undefined {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    const text = (value: unknown): string => `${path} ${(JSON.stringify(value) ?? 'none').slice(0, 80)}`;
    return JSON.stringify(a) === JSON.stringify(b) ? undefined : [text(a), text(b)];
  }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const found = firstDifference((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
