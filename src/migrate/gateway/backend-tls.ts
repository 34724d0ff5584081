import { valuesOf } from '../annotations/values.ts';
import type { Upstream } from '../nginx/server.ts';
import type { Context } from './context.ts';
import { isHostname } from './filters.ts';
import { gatewayApi, type MadeObject } from './object.ts';
import type { ServerPlan } from './plan.ts';

/** A BackendTLSPolicy for each Service that is spoken to over TLS. A Gateway always verifies; nginx does so only when it is told to. */
export function backendPolicies(plans: readonly ServerPlan[], context: Context): MadeObject[] {
  const made = new Map<string, MadeObject>();
  for (const { server } of plans) {
    for (const { settings, ingress, upstream } of server.locations) {
      if (!/^(?:HTTPS|GRPCS)$/.test(settings.protocol) || upstream === undefined) continue;
      for (const it of [upstream, ...(upstream.canary === undefined ? [] : [upstream.canary.upstream])]) {
        const key = `${it.namespace}/${it.service}`;
        if (!made.has(key)) made.set(key, policyOf(it, { ingress, vhost: settings.upstreamVhost }, context));
      }
    }
  }
  return [...made.values()];
}

interface Asker {
  readonly ingress: Parameters<typeof valuesOf>[0] & { readonly key: string };
  readonly vhost: string;
}

function policyOf({ namespace, service }: Upstream, { ingress, vhost }: Asker, { notes }: Context): MadeObject {
  const values = valuesOf(ingress);
  const [secretNamespace, secretName] = values.text('proxy-ssl-secret').split('/');
  const secret = secretNamespace === namespace ? secretName : undefined;
  const hostname = [values.text('proxy-ssl-name'), vhost, `${service}.${namespace}.svc`].find(isHostname) as string;
  const isVerified = values.text('proxy-ssl-verify') === 'on';
  if (isVerified && secret !== undefined) notes.add({ ingress: ingress.key, annotation: 'backend-protocol', fate: 'translated', says: 'a BackendTLSPolicy' });
  else {
    const against = secret === undefined ? 'the authorities of the system' : `ca.crt of Secret ${secret}`;
    const before = isVerified ? 'nginx verified it against another namespace\'s Secret' : 'nginx did not verify it';
    notes.add({
      ingress: ingress.key, annotation: 'backend-protocol', fate: 'partly',
      says: `a BackendTLSPolicy: the Gateway always verifies the certificate of Service ${service}, against ${against} and the name ${hostname}; ${before}`,
      instead: 'see that the certificate of the Service is good for that name, and name its authority in caCertificateRefs',
    });
  }
  const authority = secret === undefined ? { wellKnownCACertificates: 'System' } : { caCertificateRefs: [{ group: '', kind: 'Secret', name: secret }] };
  return {
    about: [`Ingress ${ingress.key}: backend-protocol ${values.text('backend-protocol')}`],
    object: {
      apiVersion: gatewayApi, kind: 'BackendTLSPolicy', metadata: { name: service, namespace },
      spec: { targetRefs: [{ group: '', kind: 'Service', name: service }], validation: { hostname, ...authority } },
    },
  };
}
