import { X509Certificate } from 'node:crypto';

const ends = new Map<string, number>();
/** Chains are few, and the same ones are asked for again and again. */
const mostKept = 1000;

/** When the leaf of a chain of PEM ends, milliseconds since 1970; NaN where it can't be read, which lint says. */
export function endOfChain(chain: string): number {
  let end = ends.get(chain);
  if (end === undefined) {
    if (ends.size >= mostKept) ends.clear();
    ends.set(chain, end = read(chain));
  }
  return end;
}

function read(chain: string): number {
  try {
    return new X509Certificate(chain).validToDate.getTime();
  } catch {
    // Not a certificate: whoever wrote it was told by a finding.
    return Number.NaN;
  }
}
