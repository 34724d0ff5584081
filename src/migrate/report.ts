import type { Position } from '../contract/index.ts';
import type { Ingress } from './ingress.ts';

/**
 * What became of a part of an Ingress. `translated`: the same is said by the Gateway API; `partly`: some of it is lost; `lost`: there is no
 * equal; `held-back`: the part is left out until somebody decides; `needless`: there is nothing that would have to be said.
 */
export type Fate = 'translated' | 'partly' | 'lost' | 'held-back' | 'needless';

export interface ReportLine {
  /** `namespace/name`; of the controller's ConfigMap `ConfigMap namespace/name`. */
  readonly ingress: string;
  /** The path that it is about; absent: all of the Ingress. */
  readonly path?: string;
  /** Without the controller's prefix; a key of the ConfigMap; absent for a field. */
  readonly annotation?: string;
  readonly value?: string;
  readonly fate: Fate;
  /** What it became, or what is lost and why. */
  readonly says: string;
  /** What to do. */
  readonly instead?: string;
  readonly position?: Position;
}

/** Collects lines; the same thing is said once. */
export class Notes {
  private readonly kept = new Map<string, ReportLine>();
  private readonly told = new Map<string, Fate>();

  add(line: ReportLine): void {
    this.kept.set(JSON.stringify([line.ingress, line.annotation, line.says]), line);
    this.told.set(`${line.ingress} ${line.annotation ?? ''}`, line.fate);
  }

  /** A line about an annotation of an Ingress. */
  annotation(ingress: Ingress, annotation: string, fate: Fate, [says, instead]: readonly [says: string, instead?: string | undefined]): void { // oxlint-disable-line max-params -- whose, which, and what.
    this.add({ ingress: ingress.key, annotation, fate, says, ...(instead === undefined ? {} : { instead }) });
  }

  hasTold(ingress: Ingress, annotation: string): boolean {
    return this.told.has(`${ingress.key} ${annotation}`);
  }

  fateOf(ingress: Ingress, annotation: string): Fate | undefined {
    return this.told.get(`${ingress.key} ${annotation}`);
  }

  lines(): ReportLine[] {
    return [...this.kept.values()];
  }
}
