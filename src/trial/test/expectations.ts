import type { FieldPath, ObjectRef } from '../../contract/index.ts';
import { ruleName } from '../../explain/index.ts';
import { type HeaderValue, headersOfClient, type RequestLook } from '../../ir/index.ts';
import { backendText, type Fate, fateText, gatewayName, percentText, type Share } from '../fate.ts';
import { unknownCause } from './causes.ts';
import { isNamed, readNamed } from './named.ts';
import type { Expectation } from './route-case.ts';

/** One thing that was expected and is not so. */
export interface Disappointment {
  /** Field of `expect`. */
  readonly path: FieldPath;
  readonly expected: string;
  readonly actual: string;
}

/** Compares what was expected with a fate; empty where all of it is so. `home` is the namespace of names without one. */
export function disappointments(expect: Expectation, fate: Fate, home: string): Disappointment[] {
  return [...placeOf(expect, fate, home), ...ruleOf(expect, fate, home), ...endOf(expect, fate), ...answeredOf(expect, fate), ...sharesOf(expect, fate, home), ...forwardedOf(expect, fate), ...mirrorsOf(expect, fate, home)];
}

function placeOf(expect: Expectation, fate: Fate, home: string): Disappointment[] {
  const { gateway, listener, certificate } = expect;
  return [
    ...(gateway === undefined || fate.gateway !== undefined && isNamed(fate.gateway, readNamed(gateway, home)) ? [] : [{ path: ['gateway'], expected: gateway, actual: gatewayName(fate) ?? nothing }]),
    ...(listener === undefined || fate.listener?.section === listener ? [] : [{ path: ['listener'], expected: listener, actual: fate.listener?.section ?? nothing }]),
    ...(certificate === undefined || fate.certificate !== undefined && isNamed(fate.certificate, readNamed(certificate, home)) ? [] : [{ path: ['certificate'], expected: certificate, actual: nameOf(fate.certificate) }]),
  ];
}

const nothing = 'none';

function nameOf(ref: ObjectRef | undefined): string {
  return ref === undefined ? nothing : `${ref.namespace}/${ref.name}`;
}

function ruleOf({ route, rule }: Expectation, fate: Fate, home: string): Disappointment[] {
  const taken = fate.route;
  const isOther = route !== undefined && (taken === undefined || !isNamed(taken, readNamed(route, home)));
  if (isOther) return [{ path: ['route'], expected: route, actual: taken === undefined ? `no route takes it: ${fateText(fate)}` : `${ruleName(taken)} takes it` }];
  // A rule is one of the route that takes the request, by index or by name.
  if (rule === undefined || taken?.ruleName === rule || taken?.rule === indexIn(rule)) return [];
  return [{ path: ['rule'], expected: String(rule), actual: taken === undefined ? `no route takes it: ${fateText(fate)}` : `${ruleName(taken)} takes it` }];
}

function indexIn(rule: number | string): number | undefined {
  return /^\d+$/.test(String(rule)) ? Number(rule) : undefined;
}

/** What Postern answers itself. */
function endOf({ status, cause, redirect }: Expectation, fate: Fate): Disappointment[] {
  const location = valueOf(fate.headers, 'location');
  const seen = fateText(fate);
  return [
    ...(status === undefined || status === fate.status ? [] : [{ path: ['status'], expected: String(status), actual: fate.status === undefined && fate.cause === undefined ? `${seen} answers it, with a status of its own` : seen }]),
    ...(cause === undefined || cause === fate.cause ? [] : [{ path: ['cause'], expected: cause, actual: unknownCause(cause) ?? seen }]),
    ...(redirect === undefined || redirect === location ? [] : [{ path: ['redirect'], expected: redirect, actual: location ?? seen }]),
  ];
}

/** Headers of an answer of Postern's own, or of what it makes of every backend's. */
function answeredOf({ responseHeaders = {}, absentResponseHeaders = [] }: Expectation, { headers, shares, ...fate }: Fate): Disappointment[] {
  const isOwn = fate.status !== undefined || fate.cause !== undefined;
  const edits = isOwn ? [{ headers, removed: undefined }] : shares.filter(({ instead }) => instead === undefined).map(({ answered = { headers: [], removed: [] } }) => answered);
  return onceEach(edits.flatMap((edit): Disappointment[] => [
    ...headerFaults(responseHeaders, edit.headers, ['responseHeaders']).map((it) => (isOwn || it.actual !== noHeader(String(it.path[1])) ? it : { ...it, actual: 'what the backend answers stays' })),
    ...absentResponseHeaders.flatMap((name, index): Disappointment[] => {
      const value = valueOf(edit.headers, name);
      if (value === undefined && (edit.removed === undefined || edit.removed.includes(name.toLowerCase()))) return [];
      return [{ path: ['absentResponseHeaders', index], expected: `no header ${name}`, actual: value === undefined ? 'what the backend answers stays' : `${name}: ${value}` }];
    }),
  ]));
}

/** What is so for several backends is told once. */
function onceEach(faults: readonly Disappointment[]): Disappointment[] {
  return faults.filter((it, index) => faults.findIndex((other) => other.path.join('/') === it.path.join('/')) === index);
}

function sharesOf(expect: Expectation, fate: Fate, home: string): Disappointment[] {
  const { backend, backends } = expect;
  if (backend !== undefined) {
    const wanted = readNamed(backend, home);
    const isAll = fate.shares.length > 0 && fate.shares.every((it) => it.instead === undefined && it.backend !== undefined && isNamed(it.backend, wanted));
    return isAll ? [] : [{ path: ['backend'], expected: backend, actual: fateText(fate) }];
  }
  if (backends === undefined) return [];
  const percents = Object.entries(backends).map(([name, percent]) => ({ name, wanted: readNamed(name, home), percent: Number(String(percent).replace(/%$/, '')) }));
  const isTo = ({ instead, backend: to }: Share, { wanted }: (typeof percents)[number]): boolean => instead === undefined && to !== undefined && isNamed(to, wanted);
  const faults = percents.flatMap((it): Disappointment[] => {
    const seen = fate.shares.filter((share) => isTo(share, it)).reduce((sum, { percent }) => sum + percent, 0);
    return Math.abs(seen - it.percent) <= tolerance ? [] : [{ path: ['backends', it.name], expected: percentText(it.percent), actual: percentText(seen) }];
  });
  const others = fate.shares.filter((share) => !percents.some((it) => isTo(share, it)));
  const isRest = fate.shares.length === 0 || others.length > 0;
  return isRest ? [...faults, { path: ['backends'], expected: Object.keys(backends).join(', '), actual: fateText(fate) }] : faults;
}

/** What people round to: a third is 33, 33.3 or 33.33. */
const tolerance = 0.5;

/** Every backend is to get it so. */
function forwardedOf({ forwarded }: Expectation, { shares, ...fate }: Fate): Disappointment[] {
  if (forwarded === undefined) return [];
  const looks = shares.flatMap(({ sent }) => sent ?? []);
  if (looks.length === 0) return [{ path: ['forwarded'], expected: 'a backend gets it', actual: fateText({ ...fate, shares }) }];
  return onceEach(looks.flatMap((it) => lookFaults(forwarded, it)));
}

function lookFaults({ method, path, host, headers = {}, absentHeaders = [] }: NonNullable<Expectation['forwarded']>, look: RequestLook): Disappointment[] {
  const pairs = [['method', method, look.method], ['path', path, look.target], ['host', host, look.host]] as const;
  return [
    ...pairs.flatMap(([field, expected, actual]) => (expected === undefined || expected === actual ? [] : [{ path: ['forwarded', field], expected, actual }])),
    ...headerFaults(headers, look.headers, ['forwarded', 'headers']),
    ...absentHeaders.flatMap((name, index) => {
      const value = valueOf(look.headers, name) ?? toldOfClient(name, look);
      return value === undefined ? [] : [{ path: ['forwarded', 'absentHeaders', index], expected: `no header ${name}`, actual: `${name}: ${value}` }];
    }),
  ];
}

/** What backends are told of a client has a value of its own in every request. */
function toldOfClient(name: string, { withheld = [] }: RequestLook): string | undefined {
  const asked = name.toLowerCase();
  return headersOfClient.includes(asked) && !withheld.includes(asked) ? 'what Postern tells of the client' : undefined;
}

function noHeader(name: string): string {
  return `no header ${name}`;
}

function headerFaults(wanted: Readonly<Record<string, string>>, seen: readonly HeaderValue[], path: FieldPath): Disappointment[] {
  return Object.entries(wanted).flatMap(([name, expected]) => {
    const actual = valueOf(seen, name);
    return actual === expected ? [] : [{ path: [...path, name], expected, actual: actual ?? noHeader(name) }];
  });
}

function valueOf(headers: readonly HeaderValue[], name: string): string | undefined {
  const values = headers.filter((it) => it.name.toLowerCase() === name.toLowerCase()).map(({ value }) => value);
  return values.length === 0 ? undefined : values.join(', ');
}

function mirrorsOf({ mirrors }: Expectation, fate: Fate, home: string): Disappointment[] {
  if (mirrors === undefined) return [];
  const wanted = mirrors.map((it) => readNamed(it, home));
  const isSame = wanted.every((it) => fate.mirrors.some((seen) => isNamed(seen, it))) && fate.mirrors.every((it) => wanted.some((name) => isNamed(it, name)));
  return isSame ? [] : [{ path: ['mirrors'], expected: mirrors.join(', ') || nothing, actual: fate.mirrors.map(backendText).join(', ') || nothing }];
}
