import { type ApiClient, ApiError } from './api-client.ts';
import { fieldManager } from './object-path.ts';

interface Scaled {
  readonly metadata: { readonly managedFields?: readonly { readonly manager: string; readonly fieldsV1?: { readonly 'f:spec'?: { readonly 'f:replicas'?: unknown } } }[] };
  readonly spec: { readonly replicas?: number };
}

/**
 * Before a Deployment is applied that no longer says how many replicas it has: where the number was ours until now, another field manager gets it as it
 * is. Without an owner the API server would set it to 1 until the autoscaler has had a look (Kubernetes, "Server-Side Apply", "Transferring
 * ownership"). The autoscaler takes the field when it first writes it.
 */
export async function handOverReplicas(client: ApiClient, path: string, object: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string }; readonly spec?: unknown }): Promise<void> {
  if (object.kind !== 'Deployment' || (object.spec as { readonly replicas?: number } | undefined)?.replicas !== undefined) return;
  const live = await orMissing(client.call<Scaled>({ method: 'GET', path }));
  const isOurs = live?.metadata.managedFields?.some(({ manager, fieldsV1 }) => manager === fieldManager && fieldsV1?.['f:spec']?.['f:replicas'] !== undefined) === true;
  if (!isOurs) return;
  const { apiVersion, kind, metadata: { name } } = object;
  const body = { apiVersion, kind, metadata: { name }, spec: { replicas: live?.spec.replicas } };
  await client.call({ method: 'PATCH', path, query: { fieldManager: `${fieldManager}-before-autoscaler`, force: 'true' }, contentType: 'application/apply-patch+yaml', body });
}

async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
