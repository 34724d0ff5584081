import type { AttachSettings } from '../attach/index.ts';
import { checkAuthorities, checkKeyPair, CONTROLLER_NAME } from '../controller/index.ts';
import { nativeCapabilities } from '../proxy/index.ts';

/** Settings of the native data plane on one machine. `strict` leaves Gateways of foreign classes alone, as a cluster would. */
export function nativeSettings({ strict }: { readonly strict: boolean }): AttachSettings {
  return { controllerName: CONTROLLER_NAME, capabilities: nativeCapabilities, adoptForeignClasses: !strict, checkAuthorities, checkKeyPair };
}
