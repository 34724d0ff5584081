import { counters, type MetricFamily, type MetricLabels, type Origin } from '../../contract/index.ts';

/** Requests of one rule so far. */
class RuleCounts {
  readonly origin: Origin;
  all = 0;
  /** 5xx, or no answer. */
  failed = 0;
  /** 4xx. */
  refused = 0;

  constructor(origin: Origin) {
    this.origin = origin;
  }
}

/** Without a question for so long nobody looks any more. Milliseconds. */
const unaskedMs = 60_000;

/**
 * Requests by rule, counted for as long as somebody asks: for a look at the moment, where `metricsByRoute` is for every scrape. Rules are known by
 * their name, so tables may come and go.
 */
export class RouteCounts {
  private readonly byName = new Map<string, RuleCounts>();
  private byOrigin = new WeakMap<Origin, RuleCounts>();
  private readonly unasked: () => void;
  private timer: NodeJS.Timeout | undefined;

  /** `unasked`: nobody asked for a minute. */
  constructor(unasked: () => void) {
    this.unasked = unasked;
  }

  /** Counts a request that has ended. `status`: 0 where none was sent. */
  count(rule: Origin, status: number): void {
    const counts = this.byOrigin.get(rule) ?? this.named(rule);
    counts.all++;
    if (status >= 500 || status === 0) counts.failed++;
    else if (status >= 400) counts.refused++;
  }

  private named(rule: Origin): RuleCounts {
    const name = `${rule.kind} ${rule.namespace} ${rule.name} ${rule.rule ?? ''}`;
    let counts = this.byName.get(name);
    if (counts === undefined) this.byName.set(name, counts = new RuleCounts(rule));
    this.byOrigin.set(rule, counts);
    return counts;
  }

  /** By route, index of the rule, and class of the status (`4xx`, `5xx`, or `2xx` for all others). */
  families(): MetricFamily[] {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.unasked, unaskedMs).unref();
    const rows = [...this.byName.values()].flatMap(({ origin: { kind, namespace, name, rule = 0 }, all, failed, refused }) => {
      const labels: MetricLabels = [['route_kind', kind], ['route_namespace', namespace], ['route', name], ['rule', String(rule)]];
      return ([['2xx', all - failed - refused], ['4xx', refused], ['5xx', failed]] as const).filter(([, count]) => count > 0).map(([codeClass, count]): [MetricLabels, number] => [[...labels, ['code_class', codeClass]], count]);
    });
    return [counters({ name: 'postern_route_requests', help: 'Requests by rule since somebody looks.' }, rows)];
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
