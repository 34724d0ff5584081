import { ApiClient } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { KubeObject } from './kube-object.ts';
import { Reflector, type ReflectorTimes } from './reflector.ts';

/** What is read of an EndpointSlice (discovery.k8s.io/v1). */
interface Slice extends KubeObject {
  readonly endpoints?: readonly { readonly addresses?: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[];
}

const resource = { group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', plural: 'endpointslices', isNamespaced: true };

/** Follows where one Service leads, whatever else is read of the cluster. */
export class ServiceEndpoints {
  readonly #client: ApiClient;
  readonly #reflector: Reflector;
  #slices = new Map<string, Slice>();

  constructor(access: ClusterAccess, service: { readonly namespace: string; readonly name: string }, onTrouble: (message: string) => void, times: Partial<ReflectorTimes> = {}) { // oxlint-disable-line max-params -- its wiring.
    this.#client = new ApiClient(access);
    let told = '';
    this.#reflector = new Reflector(this.#client, { resource, namespace: service.namespace, labelSelector: `kubernetes.io/service-name=${service.name}` }, {
      onSync: (objects) => {
        this.#slices = new Map(objects as ReadonlyMap<string, Slice>);
      },
      onChange: (key, object) => {
        if (object === undefined) this.#slices.delete(key);
        else this.#slices.set(key, object as Slice);
      },
      onWatch: () => {
        told = '';
      },
      onTrouble: (error) => {
        const message = `the endpoints of Service ${service.namespace}/${service.name} cannot be followed: ${error instanceof Error ? error.message : String(error)}`;
        if (message !== told) onTrouble(message);
        told = message;
      },
    }, times);
    void this.#reflector.run();
  }

  /** IP addresses of the pods that are ready now, in order. */
  get addresses(): readonly string[] {
    const all = [...this.#slices.values()].flatMap(({ endpoints = [] }) => endpoints.filter((it) => it.conditions?.ready !== false).flatMap((it) => it.addresses ?? []));
    return [...new Set(all)].sort();
  }

  close(): void {
    this.#reflector.stop();
    this.#client.close();
  }
}
