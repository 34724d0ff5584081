/**
 * status: the graph and the data plane's report as status documents. Decides nothing; reads attach's verdicts and says them in the
 * form of the Gateway API. May import attach, model, api, contract, base.
 */
export { attachedRoutes, LiveStatuses, statusDocuments, type Statuses } from './live-statuses.ts';
export type { StatusDocument, StatusInputs } from './status-documents.ts';
export { gatewayProgrammed, listenerProgrammed } from './programmed.ts';
export type { Condition } from './condition.ts';
export { refusedFindings } from './refused-parts.ts';
