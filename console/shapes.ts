/** What the server sends. The page knows the shapes of the views and none of the code behind them. */
export type {
  CertificateRow, ConditionLine, Found, GatewayRow, LaneName, LanePart, MapPart, MapRow, ObjectPanel, ObjectRow, Overview, Page, ProblemRow, StageEntry, StageName, StageRow, State,
} from '../src/view/index.ts';
export type { ObjectExplanation, RequestExplanation } from '../src/explain/index.ts';

/** What every page shows. */
export interface Pulse {
  readonly title: string;
  /** When the program began. */
  readonly begun: number;
  readonly revision: number;
  /** Seconds between two looks at the traffic. */
  readonly step: number;
  readonly rate: number;
  readonly failed: number;
  /** Requests are counted here. */
  readonly counts: boolean;
  /** Data planes follow this program. */
  readonly planes: boolean;
  /** What this program looks after, such as the classes of a controller; each has a console of its own. */
  readonly sources: readonly string[];
  readonly of: string;
}

export interface TrafficSeries {
  readonly rate: readonly number[];
  readonly failed: readonly number[];
  readonly refused: readonly number[];
}

export interface Traffic {
  readonly step: number;
  readonly steps: number;
  readonly series: Readonly<Record<string, TrafficSeries | null>>;
}

export interface BusyRow {
  readonly key: string;
  readonly rate: number;
  readonly failed: number;
  readonly refused: number;
  readonly series: TrafficSeries;
}

export interface DataPlaneRow {
  readonly gateway: string;
  readonly name: string;
  readonly state: 'in sync' | 'behind' | 'refused';
  readonly message?: string;
}

/** A request that was refused or failed. */
export interface FailureRow {
  readonly number: number;
  readonly time: string;
  readonly method: string;
  readonly url: string;
  readonly status?: number;
  readonly cause?: string;
  readonly keys: readonly string[];
  readonly durationMs: number;
}
