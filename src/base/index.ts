/** base: leaf pieces, one concept a file, no domain word. Imports nothing. */
export { type Table, sortedEntries } from './table.ts';
export { Redacted } from './redacted.ts';
export { nearName } from './near-name.ts';
