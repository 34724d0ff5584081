/**
 * Writes wait until everything that one turn of the event loop brought has been read. Each write wakes whoever waits at the other end, so
 * a few writes at once cost a good deal less than the same writes one by one.
 */
export interface TurnWriter {
  /** Called once for each time it was put on the list; there may be nothing left to write. */
  writeOut(): void;
}

const due: TurnWriter[] = [];

/** At the end of this turn, `writer` writes what it has. */
export function atEndOfTurn(writer: TurnWriter): void {
  if (due.push(writer) === 1) setImmediate(endTurn);
}

/** Everything due is written now. */
export function endTurn(): void {
  try {
    // Who becomes due meanwhile has its turn in this round.
    for (let i = 0; i < due.length; i++) (due[i] as TurnWriter).writeOut();
  } finally {
    due.length = 0;
  }
}
