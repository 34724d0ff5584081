/**
 * trial: requests that are written down or made up, and what becomes of them: tests of routes, and what differs between two
 * configurations. Decides nothing, since the data plane tells what it would do. May import explain, lower, attach, model, api, ir,
 * contract, base.
 */
export { runTests, type CaseResult, type Fault, type TestRun } from './test/run-tests.ts';
export { percentOf, type Coverage, type CoveredMatch } from './test/coverage.ts';
export { compareTraffic, type Comparison } from './diff/compare.ts';
export type { Change } from './diff/change.ts';
export { judge, type Fate } from './fate.ts';
export { record, type Logged, type RecordedCase, type Recording } from './test/record.ts';
