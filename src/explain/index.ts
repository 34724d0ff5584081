/**
 * explain: why a request gets its answer, and why an object is in its state. Knows words for people; decides nothing, since the graph has
 * the verdicts and the data plane tells what it would do. May import status, lower, attach, model, api, ir, contract, base.
 */
export { askedText, readAsked, requestLine, type Asked, type Written } from './asked.ts';
export { type Case, originOf } from './case.ts';
export { casesOf, rehearseAt } from './cases-of.ts';
export { allPlaces, type PlaceToAsk } from './places.ts';
export { decisionBetween } from './precedence-words.ts';
export { changesBetween, filterText, rewriteText } from './filter-words.ts';
export { wayText } from './target-lines.ts';
export { backendPort, gatewayOf, listenerName, matchText, mismatchText, ruleName } from './names.ts';
export { explainRequest, type RequestExplanation } from './request.ts';
export { explainObject, type ObjectExplanation } from './object.ts';
export { findObject, kindOf, type NamedObject } from './object-name.ts';
export { trafficFindings } from './lint/traffic-findings.ts';
export { fixOf, isMendable, type Fix } from './fix/fixes.ts';
export type { FieldEdit } from './fix/field-edit.ts';
export { portabilityFindings } from './portable/portability.ts';
export { conformanceReports, type ConformanceReport } from './portable/reports.ts';
export { withAssumedCertificates } from './assumed-certificates.ts';
export { withAssumedEndpoints } from './assumed-endpoints.ts';
export { type DataPlane, type Diagnosis, findingDiagnosis, isSame, type Known, type Meaning, nothingToMend, objectOf } from './known.ts';
export { nearest } from './rule-lines.ts';
