import type { Redirect } from '../../../ir/index.ts';
import type { RedirectAction } from '../../gen/messages.ts';
import { pathSubstitution } from './rewrite.ts';

const codes = { 301: 'MOVED_PERMANENTLY', 302: 'FOUND', 303: 'SEE_OTHER', 307: 'TEMPORARY_REDIRECT', 308: 'PERMANENT_REDIRECT' } as const;
const wellKnown = { http: 80, https: 443 } as const;

/** Where a redirect of a listener leads; the well-known port of a scheme is not written. */
export function redirectAction({ status, scheme, hostname, port, path }: Redirect, listener: { readonly port: number; readonly protocol: 'http' | 'https' }): RedirectAction {
  const target = port ?? (scheme === undefined ? listener.port : wellKnown[scheme]);
  const isUsual = target === wellKnown[scheme ?? listener.protocol];
  return {
    response_code: codes[status],
    ...(scheme === undefined ? {} : { scheme_redirect: scheme }),
    ...(hostname === undefined ? {} : { host_redirect: hostname }),
    ...(isUsual ? {} : { port_redirect: target }),
    ...(path === undefined ? {} : { regex_rewrite: pathSubstitution(path) }),
  };
}
