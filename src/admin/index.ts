/** admin: metrics, health and status over HTTP, on loopback unless asked otherwise; reads and changes nothing. May import contract and base. */
export { openAdmin, type AdminPlace, type AdminServer, type AdminView, type Readiness } from './admin-server.ts';
export { exposition, type ExpositionFormat } from './exposition.ts';
