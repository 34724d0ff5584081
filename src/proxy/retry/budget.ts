import type { RetryBudget as Budget } from '../../ir/index.ts';
import { RollingCount } from './rolling-count.ts';

/**
 * How many retries the backends of one scope get: a share of all requests of the interval, and never fewer than the least rate
 * (spec: RetryConstraint). A request that is tried thrice counts as three, of which two are retries.
 */
export class RetryBudget {
  private readonly share: number;
  private readonly leastCount: number;
  private readonly requests: RollingCount;
  private readonly retries: RollingCount;
  private readonly lately: RollingCount;
  private readonly clock: () => number;

  constructor({ percent, intervalMs, leastCount, leastIntervalMs }: Omit<Budget, 'scope'>, clock: () => number = () => performance.now()) {
    this.share = percent / 100;
    this.leastCount = leastCount;
    this.requests = new RollingCount(intervalMs);
    this.retries = new RollingCount(intervalMs);
    this.lately = new RollingCount(leastIntervalMs);
    this.clock = clock;
  }

  /** A request begins, with its first try. */
  begin(): void {
    this.requests.add(this.clock());
  }

  /** Takes one retry from the budget; false where there is none left. */
  spend(): boolean {
    const now = this.clock();
    const retries = this.retries.total(now) + 1;
    const isAllowed = this.lately.total(now) < this.leastCount || retries <= this.share * (this.requests.total(now) + retries);
    if (!isAllowed) return false;
    this.retries.add(now);
    this.lately.add(now);
    return true;
  }
}

/** The budgets of a proxy by scope. One whose settings stay keeps its counts from configuration to configuration. */
export class RetryBudgets {
  known: Map<string, { readonly settings: string; readonly budget: RetryBudget }> = new Map();

  /** Goes over to a configuration; what is not asked for in it is forgotten with the next one. */
  begin(): (budget: Budget) => RetryBudget {
    const before = this.known;
    this.known = new Map();
    return (wanted) => this.find(wanted, before);
  }

  /** A budget of the present configuration. `before`: those that may go on. */
  find(wanted: Budget, before: RetryBudgets['known'] = this.known): RetryBudget {
    const settings = JSON.stringify(wanted);
    const known = this.known.get(wanted.scope) ?? before.get(wanted.scope);
    const entry = known?.settings === settings ? known : { settings, budget: new RetryBudget(wanted) };
    this.known.set(wanted.scope, entry);
    return entry.budget;
  }
}
