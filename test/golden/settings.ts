import type { AttachSettings } from '../../src/attach/index.ts';
import { CONTROLLER_NAME } from '../../src/controller/index.ts';
import { nativeCapabilities } from '../../src/proxy/index.ts';

/** Certificates are text here, `CERT name name…` with `KEY`, so that no key lies in the repository; real ones are tested elsewhere. */
export const settings: AttachSettings = {
  controllerName: CONTROLLER_NAME,
  capabilities: nativeCapabilities,
  adoptForeignClasses: true,
  checkAuthorities: (bundle) => (bundle.startsWith('CA ') ? undefined : 'no PEM certificate in it.'),
  checkKeyPair: (chain, key) => (chain.startsWith('CERT ') && key === 'KEY' ? { names: chain.split(' ').slice(1) } : { error: 'tls.crt is not a PEM certificate.' }),
};
