/** contract: types that both sides of the IR share. May import base. */
export { type ObjectRef, type Origin, describeRef, refKey } from './object-ref.ts';
export { type Position, type FieldPath, formatPosition, formatPath } from './position.ts';
export { type Finding, type Mend, type Severity } from './finding.ts';
export { type FindingCode, findingCodes } from './finding-codes.ts';
export { type Snapshot, type SnapshotChange, type SourceObject } from './snapshot.ts';
export { type ApplyReport, type GatewayReport, type ListenerReport, type RefusedPart } from './apply-report.ts';
export { type Capabilities } from './capabilities.ts';
export { type Placement, type GatewayPlacement } from './placement.ts';
export { type MetricFamily, type MetricLabels, type MetricSample, counter, counters, gauge, gauges } from './metrics.ts';
