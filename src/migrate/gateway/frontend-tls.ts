import { valuesOf } from '../annotations/values.ts';
import type { Ingress } from '../ingress.ts';
import type { Server } from '../nginx/server.ts';
import type { Context } from './context.ts';

/** Whom the clients of every TLS host have to show a certificate of; undefined where no host asks, or not all ask for the same. */
export interface ClientAuthority {
  readonly namespace: string;
  readonly name: string;
  readonly isOptional: boolean;
}

const optional = 'spec.tls.frontend of the Gateway with AllowInsecureFallback; backends are not told what came of it';
const required = 'spec.tls.frontend of the Gateway; a client without a good certificate gets no answer, where nginx answers 400';

/** `spec.tls.frontend` counts for every host of a port, so it can say what all hosts say, and nothing else. */
export function clientAuthorityOf(servers: readonly Server[], { notes, accepted }: Context): ClientAuthority | undefined {
  const secured = servers.filter(({ certificate, isPassthrough }) => certificate !== undefined && !isPassthrough);
  const asked = secured.map(askedBy).filter((it) => it !== undefined);
  const authority = asked[0]?.authority;
  if (authority === undefined || asked.length < secured.length || asked.some((it) => JSON.stringify(it.authority) !== JSON.stringify(authority))) return undefined;
  if (asked.some(({ hasName }) => hasName) && !accepted.has('auth-tls-match-cn')) return undefined;
  for (const { ingress } of asked) notes.annotation(ingress, 'auth-tls-secret', authority.isOptional ? 'partly' : 'translated', [authority.isOptional ? optional : required]);
  return authority;
}

interface Asked {
  readonly ingress: Ingress;
  readonly authority: ClientAuthority;
  readonly hasName: boolean;
}

function askedBy({ locations }: Server): Asked | undefined {
  const ingress = locations.map((it) => it.ingress).find((it) => valuesOf(it).has('auth-tls-secret'));
  if (ingress === undefined) return undefined;
  const values = valuesOf(ingress);
  const [namespace = '', name = ''] = values.text('auth-tls-secret').split('/');
  const mode = values.text('auth-tls-verify-client');
  return mode === 'off' || name === '' ? undefined : { ingress, authority: { namespace, name, isOptional: mode.startsWith('optional') }, hasName: values.has('auth-tls-match-cn') };
}
