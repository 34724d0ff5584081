/** translate: the IR as Envoy's resources. Loaded where Envoy is asked for: programs that serve themselves need none of it. */
export { translate } from './translate.ts';
export { describe, wholeHost, wholeTable, type Described, type Description } from './describe.ts';
export { routeTable } from './routes/route-configuration.ts';
export { envoyCapabilities } from './capabilities.ts';
