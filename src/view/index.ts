/**
 * view: a configuration as a person looks at it: what needs mending, the map of the traffic, lists, one object, the stages of the
 * configuration; as data that a page draws. Decides nothing, keeps secrets back. May import explain, status, lower, attach, model, api,
 * ir, contract, base.
 */
export { type InForce, objectKey } from './in-force.ts';
export { type State } from './state.ts';
export { type Page, pageOf, type Slice } from './page.ts';
export { type GatewayRow, overview, type Overview } from './overview.ts';
export { type ProblemRow, problemRows } from './problems.ts';
export { type LaneName, laneNames, type MapRow, trafficMap, type TrafficMap } from './lanes.ts';
export { type LanePart, mapPart, type MapPart } from './map-part.ts';
export { filterObjects, objectCounts, type ObjectRow, objectRows } from './objects.ts';
export { type Found, search } from './search.ts';
export { type ConditionLine, type ObjectPanel, objectPanel } from './panel.ts';
export { type CertificateRow, certificateRows } from './certificates.ts';
export { type StageEntry, type StageName, stageNames, type StageRow, Stages, type XdsResource } from './stages.ts';
export { isSecretName, shown, withoutPasswords } from './shown.ts';
