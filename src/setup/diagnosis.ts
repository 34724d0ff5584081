/** `note`: nothing is wrong, and somebody may want to know. */
export type Health = 'ok' | 'note' | 'warning' | 'problem';

/** One line of the doctor's: what was looked at, how it is, and what to do about it. */
export interface Diagnosis {
  readonly health: Health;
  /** `Gateway prod/web`. */
  readonly subject: string;
  readonly says: string;
  readonly mend?: string;
}

export interface Paint {
  good(text: string): string;
  odd(text: string): string;
  bad(text: string): string;
}

/** The lines for people, and a count at the end. */
export function doctorText(diagnoses: readonly Diagnosis[], paint: Paint): string {
  const brush = { ok: paint.good, note: paint.good, warning: paint.odd, problem: paint.bad };
  const lines = diagnoses.flatMap(({ health, subject, says, mend }) => [
    `${brush[health](health.padEnd(7))}  ${subject}: ${says}`,
    ...(mend === undefined ? [] : [`         → ${mend}`]),
  ]);
  return `${[...lines, countOf(diagnoses)].join('\n')}\n`;
}

function countOf(diagnoses: readonly Diagnosis[]): string {
  const parts = (['problem', 'warning'] as const).flatMap((health) => {
    const count = diagnoses.filter((it) => it.health === health).length;
    return count === 0 ? [] : [`${count} ${health}${count === 1 ? '' : 's'}`];
  });
  return parts.join(', ') || 'all is well';
}
