import type { SecretRef } from './plan.ts';

/** Which Gateway is made. */
export interface GatewayChoice {
  readonly name: string;
  readonly namespace: string;
  readonly className: string;
  readonly defaultCertificate?: SecretRef;
}
