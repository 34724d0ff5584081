/** The attributes of GEP-5253 that a request can have here. `url.fragment` is not among them: clients never send one. */
const keys: ReadonlySet<string> = new Set([
  'http.request.method', 'http.request.method_original', 'http.response.status_code', 'http.route', 'user_agent.original', 'error.type',
  'url.scheme', 'url.path', 'url.query', 'url.full',
  'client.address', 'client.port', 'server.address', 'server.port', 'network.peer.address', 'network.peer.port',
  'network.protocol.name', 'network.protocol.version', 'network.transport', 'network.type',
]);

/** Keys that end with the name of a header. */
export const requestHeaderPrefix = 'http.request.header.';
export const responseHeaderPrefix = 'http.response.header.';

/** Whether spans can carry an attribute. */
export function carriesAttribute(key: string): boolean {
  return keys.has(key) || isHeaderKey(key, requestHeaderPrefix) || isHeaderKey(key, responseHeaderPrefix);
}

function isHeaderKey(key: string, prefix: string): boolean {
  return key.startsWith(prefix) && key.length > prefix.length;
}
