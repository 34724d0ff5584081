/** A part of a list: what is asked for, not everything. */
export interface Page<Row> {
  /** How many there are in all. */
  readonly total: number;
  /** Index of the first row here. */
  readonly from: number;
  readonly rows: readonly Row[];
}

/** Which part. */
export interface Slice {
  readonly from: number;
  readonly count: number;
}

/** More rows are never sent at once. */
const most = 500;

export function pageOf<Row>(rows: readonly Row[], { from, count }: Slice): Page<Row> {
  const begin = Math.max(0, Math.min(from, rows.length));
  return { total: rows.length, from: begin, rows: rows.slice(begin, begin + Math.min(count, most)) };
}
