/** admin: metrics, health, status and the console over HTTP, on loopback unless asked otherwise; reads and changes nothing. May import contract and base. */
export { openAdmin, type AdminPlace, type AdminServer, type AdminView, type Readiness } from './admin-server.ts';
export type { ConsoleHouse, ConsoleView } from './console-pages.ts';
export { exposition, type ExpositionFormat } from './exposition.ts';
