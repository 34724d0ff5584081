/**
 * lower: the graph as IR. The only home of Gateway API precedence. May import attach, model, api, ir, contract, base;
 * knows no status and no data plane.
 */
export { LiveIr, lower, type Lowered } from './live-ir.ts';
export { comparePrecedence, decidingStep, type PrecedenceStep, type Ranked } from './precedence.ts';
export { routeMatches, type RouteMatch } from './route-matches.ts';
