import { readFields } from '../../wire/index.ts';

/**
 * How many spans a collector rejected while it took the others: `partial_success.rejected_spans` of an ExportTraceServiceResponse that begins at
 * `from`. An answer that can't be read rejects nothing: its status has said that the export was taken.
 */
export function rejectedSpans(body: Buffer, from: number): number {
  const success = readFields(body.subarray(from))?.find(({ field }) => field === 1);
  return success === undefined ? 0 : readFields(success.bytes)?.find(({ field }) => field === 1)?.number ?? 0;
}
