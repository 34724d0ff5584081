import type { Verdict } from '../attach/index.ts';

/** A Kubernetes condition (metav1.Condition). */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  /** RFC 3339. */
  readonly lastTransitionTime: string;
}

/** What every condition of one object shares. */
export interface Moment {
  readonly generation: number;
  /** RFC 3339; the time of conditions whose status changed just now. */
  readonly now: string;
}

export function condition(type: string, verdict: Verdict, { generation, now }: Moment): Condition {
  return { type, status: verdict.ok ? 'True' : 'False', reason: verdict.reason, message: verdict.message, observedGeneration: generation, lastTransitionTime: now };
}
