import { describeRef } from '../contract/index.ts';
import type { Ir } from '../ir/index.ts';
import { objectKey } from './in-force.ts';
import type { State } from './state.ts';

export interface CertificateRow {
  readonly key: string;
  /** Its Secret in words. */
  readonly secret: string;
  readonly names: readonly string[];
  /** Listeners that show it, in words. */
  readonly usedBy: readonly string[];
  /** RFC 3339; absent where it can't be read. */
  readonly ends?: string;
  /** Whole days; negative where it has ended. */
  readonly daysLeft?: number;
  readonly state: State;
  /** What to do, where something is. */
  readonly mend?: string;
}

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** When a chain of PEM ends, milliseconds since 1970; NaN where it can't be read. */
  endOf(chain: string): number;
}

const dayMs = 86_400_000;
/** From here on somebody should look: renewal usually comes a month before. Days. */
const soon = 14;

/** What listeners show and Gateways present to backends, the first to end first. */
export function certificateRows(ir: Ir, { now, endOf }: Clock): CertificateRow[] {
  const users = usersOf(ir);
  const rows = Object.entries(ir.certificates).map(([key, { chain, names, origin }]): CertificateRow => {
    const end = endOf(chain);
    const about = { key: objectKey(origin), secret: describeRef(origin), names, usedBy: users.get(key) ?? [] };
    if (Number.isNaN(end)) return { ...about, state: 'unknown' };
    const daysLeft = Math.floor((end - now) / dayMs);
    return { ...about, ends: `${new Date(end).toISOString().slice(0, 19)}Z`, daysLeft, ...judged(daysLeft, describeRef(origin)) };
  });
  return rows.sort((a, b) => (a.daysLeft ?? -Infinity) - (b.daysLeft ?? -Infinity));
}

function judged(daysLeft: number, secret: string): Pick<CertificateRow, 'state' | 'mend'> {
  if (daysLeft < 0) return { state: 'bad', mend: `It has ended, and clients refuse it: put a new certificate into ${secret}.` };
  if (daysLeft < soon) return { state: 'warning', mend: `Put a new certificate into ${secret}, or look why it was not renewed.` };
  return { state: 'good' };
}

function usersOf({ listeners, streamListeners = {} }: Ir): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { certificates = [], upstreamCertificate, origin } of [...Object.values(listeners), ...Object.values(streamListeners)]) {
    const words = `listener ${origin.section ?? ''} of ${describeRef(origin)}`;
    for (const key of new Set([...certificates, ...(upstreamCertificate === undefined ? [] : [upstreamCertificate])])) users.set(key, [...new Set([...users.get(key) ?? [], words])]);
  }
  return users;
}
