import type { Finding } from '../../contract/index.ts';
import { type DataPlane, type Known, type Meaning, trafficFindings } from '../../explain/index.ts';
import type { Change } from './change.ts';
import { comparePlaces, type Difference, type HandshakeDifference } from './differences.ts';
import { certificateChanges, gatewayChanges, listenerChanges } from './gateways.ts';
import { changesOf } from './groups.ts';
import { pairGateways, pairPlaces } from './pairs.ts';
import { sideOf } from './side.ts';
import type { Treatment } from './treatment.ts';

type Meant = Known & { readonly meaning: Meaning };

/** What a change of manifests does to traffic. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** Errors and warnings that were not there before. */
  readonly come: readonly Finding[];
  /** Those that are not there any more. */
  readonly gone: readonly Finding[];
  /** How many requests were made up and compared. */
  readonly requests: number;
}

/** Who tells what becomes of a request, and what time it is. */
export interface Judge {
  readonly plane: DataPlane;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Compares what two sets of manifests do with requests that are made up from all that either of them asks for. */
export function compareTraffic(before: Meant, after: Meant, judge: Judge): Comparison {
  const { plane } = judge;
  const [a, b] = [sideOf(before, plane), sideOf(after, plane)];
  let requests = 0;
  const changes = pairGateways(a, b).flatMap((gateways) => {
    const differences: Difference[] = [];
    const handshakes: HandshakeDifference[] = [];
    for (const pair of pairPlaces(a, b, gateways)) {
      const compared = comparePlaces(a, b, pair);
      requests += compared.requests;
      differences.push(...compared.differences.filter(isTold));
      handshakes.push(...compared.handshakes);
    }
    return [...gatewayChanges(gateways, a, b), ...listenerChanges(gateways, a, b), ...certificateChanges(handshakes, a, b), ...changesOf(differences, a, b)];
  });
  return { changes, ...findingsBetween(findingsOf(before, judge), findingsOf(after, judge)), requests };
}

/** That requests which no route takes are refused by a port that is new, or not even reach one that is gone, goes without saying. */
function isTold({ pair, before, after }: Difference): boolean {
  if (pair.before !== undefined && pair.after !== undefined) return true;
  return !isUnrouted(before.treatment) || !isUnrouted(after.treatment);
}

function isUnrouted(treatment: Treatment): boolean {
  return treatment.kind === 'closed' || (treatment.kind === 'answer' && (treatment.cause === 'no-route' || treatment.cause === 'no-listener'));
}

function findingsBetween(old: readonly Finding[], now: readonly Finding[]): Pick<Comparison, 'come' | 'gone'> {
  const [known, still] = [new Set(old.map(keyOf)), new Set(now.map(keyOf))];
  return { come: now.filter((it) => !known.has(keyOf(it))), gone: old.filter((it) => !still.has(keyOf(it))) };
}

function findingsOf(known: Meant, { plane, now }: Judge): Finding[] {
  return [...known.meaning.findings, ...trafficFindings(known, plane, now)].filter(({ severity }) => severity !== 'info');
}

function keyOf({ code, message }: Finding): string {
  return `${code} ${message}`;
}
