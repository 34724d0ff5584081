/** base: leaf pieces, one concept a file, no domain word. Imports nothing. */
export { type Table } from './table.ts';
export { Redacted } from './redacted.ts';
export { distance, nearName, nearOrRelatedName } from './near-name.ts';
export { decodeBase64, encodeBase64, isBase64 } from './base64.ts';
export { listChange, mapKept, type ListChange, type Mapped } from './kept-list.ts';
export { Memo, perObject } from './memo.ts';
export { MultiMap } from './multi-map.ts';
export { hasSameContent, kept } from './same-content.ts';
export { enter, SortedMapping } from './sorted-list.ts';
export { Ledger, OwnTable, WatchedTable, Work } from './watched-table.ts';
