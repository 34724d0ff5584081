import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { BehaviourCase } from './behaviour-case.ts';

/** The names that each part may have; a misspelt one would silently ask nothing. */
const known: Readonly<Record<string, readonly string[]>> = {
  case: ['about', 'spec', 'manifests', 'backends', 'certificates', 'settings', 'findings', 'steps'],
  backend: ['namespace', 'pods', 'refusing', 'unready', 'appProtocol', 'answer', 'early', 'continues'],
  step: [
    'request', 'raw', 'sni', 'tls', 'expect', 'answers', 'times', 'shares', 'to', 'wire', 'send', 'receives', 'closes', 'ends', 'websocket', 'path',
    'apply', 'remove', 'pods', 'until', 'release', 'connect', 'is',
  ],
  request: ['method', 'path', 'host', 'headers', 'body', 'bodyBytes', 'chunks', 'trailers', 'version'],
  expect: [
    'status', 'reason', 'backend', 'saw', 'headers', 'matches', 'absent', 'body', 'bodyBytes', 'trailers', 'interim', 'connection', 'broken',
    'head', 'certificate', 'handshake',
  ],
  saw: ['method', 'path', 'host', 'headers', 'matches', 'absent', 'body', 'bodyBytes', 'trailers'],
};

function refuseUnknown(part: string, value: unknown, where: string): void {
  const odd = Object.keys(value ?? {}).filter((name) => !(known[part] ?? []).includes(name));
  if (odd.length > 0) throw new Error(`${where}: ${part} has no ${odd.join(', ')}`);
}

/** Throws where a case says what the runner would pass over. */
export function checkCase(one: BehaviourCase, where: string): BehaviourCase {
  refuseUnknown('case', one, where);
  for (const field of ['about', 'spec', 'manifests', 'steps'] as const) if (one[field] === undefined) throw new Error(`${where}: ${field} is missing`);
  for (const spec of Object.values(one.backends ?? {})) refuseUnknown('backend', spec, where);
  for (const step of one.steps) {
    refuseUnknown('step', step, where);
    if (!('request' in step) && !('raw' in step)) continue;
    refuseUnknown('request', step.request, where);
    for (const expected of step.answers ?? [step.expect ?? {}]) {
      refuseUnknown('expect', expected, where);
      refuseUnknown('saw', expected.saw, where);
    }
  }
  return one;
}

/** `$repeat(text,count)`, so that long values stay readable. */
function unfolded(yaml: string): string {
  return yaml.replace(/\$repeat\(([^,()]+),(\d+)\)/g, (_, text: string, count: string) => text.repeat(Number(count)));
}

export interface NamedCase {
  /** `area/name`. */
  readonly name: string;
  readonly behaviour: BehaviourCase;
}

/** All cases below `folder`, in the order of their names. */
export function loadCases(folder: string): NamedCase[] {
  const areas = readdirSync(folder).sort();
  return areas.flatMap((area) => readdirSync(join(folder, area)).sort().map((file) => {
    if (!file.endsWith('.yaml')) throw new Error(`${area}/${file} is not a case`);
    const name = `${area}/${file.slice(0, -'.yaml'.length)}`;
    return { name, behaviour: checkCase(parse(unfolded(readFileSync(join(folder, area, file), 'utf8'))) as BehaviourCase, name) };
  }));
}
