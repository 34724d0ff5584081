/** Does a process grow for ever, or has it found its size? */
import { median } from '../report.ts';

export interface Footprint {
  /** Saves done when it was taken. */
  readonly saves: number;
  /** 10^6 bytes. */
  readonly rssMb: number;
  readonly files: number;
}

export interface Growth {
  /** Highest resident memory in the second and in the last quarter, MB; the first quarter is warm-up. */
  readonly secondQuarterMb: number;
  readonly lastQuarterMb: number;
  readonly kbPerSave: number;
  readonly leaks: boolean;
}

/**
 * The heap of V8 breathes by a quarter, so highs are compared, which a leak must raise, and a tenth or 10 MB more is no leak.
 * Throws RangeError with fewer than four footprints.
 */
export function growth(footprints: readonly Footprint[]): Growth {
  const quarter = Math.floor(footprints.length / 4);
  if (quarter === 0) throw new RangeError(`${footprints.length} footprints are too few to tell growth from warm-up; save more often`);
  const second = footprints.slice(quarter, quarter * 2);
  const last = footprints.slice(-quarter);
  const secondQuarterMb = Math.max(...second.map((one) => one.rssMb));
  const lastQuarterMb = Math.max(...last.map((one) => one.rssMb));
  const saves = median(last.map((one) => one.saves)) - median(second.map((one) => one.saves));
  const grown = lastQuarterMb - secondQuarterMb;
  return { secondQuarterMb, lastQuarterMb, kbPerSave: (grown * 1000) / saves, leaks: grown > Math.max(10, secondQuarterMb / 10) };
}
