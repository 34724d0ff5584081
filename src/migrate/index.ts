/**
 * migrate: Ingresses of ingress-nginx as Gateways and routes, what becomes of every annotation, and what ingress-nginx does with a request, to compare the two.
 * Decides nothing about routes. May import contract and base.
 */
export { migrate, type Migration, type MigrateOptions, type Part } from './migrate.ts';
export type { MadeObject, Manifest } from './gateway/object.ts';
export type { Fate as AnnotationFate, ReportLine } from './report.ts';
export { placeText } from './annotation-lines.ts';
export { acceptable } from './acceptable.ts';
export { usualFates } from './annotations/fates.ts';
export { type Ingress, ingressesAmong } from './ingress.ts';
export { type AskGateway, type Difference, prove, type Proof } from './proof/prove.ts';
export type { Verdict } from './proof/verdict.ts';
export type { NginxRequest } from './nginx/answer.ts';
export { routeTestsOf } from './proof/route-tests.ts';
