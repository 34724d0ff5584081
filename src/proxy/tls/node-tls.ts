/** Loaded when the first certificate is, because it takes a tenth of a quick start. */
export function nodeTls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}
