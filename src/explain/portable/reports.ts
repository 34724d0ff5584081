import data from './reports.json' with { type: 'json' };

/** What an implementation claims in the newest conformance report that it published with the Gateway API. */
export interface ConformanceReport {
  readonly name: string;
  readonly version: string;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** The release of the Gateway API whose suite it passed. */
  readonly gatewayApi: string;
  readonly channel: string;
  /** Extended features, and the kinds of routes whose core it passed. */
  readonly features: readonly string[];
}

/** By name. */
export const conformanceReports: ReadonlyMap<string, ConformanceReport> = new Map(data.reports.map((it) => [it.name, it]));
