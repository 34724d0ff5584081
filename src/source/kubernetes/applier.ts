import { ApiClient } from './api-client.ts';
import type { ClusterAccess } from './cluster-access.ts';

/** An object as it is to be, as far as we have a wish. */
export interface AppliedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
}

const plurals: Readonly<Record<string, string>> = {
  ServiceAccount: 'serviceaccounts', ConfigMap: 'configmaps', Secret: 'secrets', Deployment: 'deployments', Service: 'services', PodDisruptionBudget: 'poddisruptionbudgets',
};

const fieldManager = 'postern';

/** Makes objects, or brings them to what they are to be, by server-side apply; each only when the wish changed. */
export class Applier {
  readonly #client: ApiClient;
  readonly #onTrouble: (message: string) => void;
  /** Wishes as text, by path. */
  readonly #wanted = new Map<string, string>();
  readonly #applied = new Map<string, string>();
  #isRunning = false;
  #isStopped = false;
  #isPaused = false;

  constructor(access: ClusterAccess, onTrouble: (message: string) => void) {
    this.#client = new ApiClient(access);
    this.#onTrouble = onTrouble;
  }

  /** All objects that are wanted now. Those that are no longer among them are left to their owners' end. */
  want(objects: readonly AppliedObject[]): void {
    this.#wanted.clear();
    for (const one of objects) this.#wanted.set(pathOf(one), JSON.stringify(one));
    for (const path of this.#applied.keys()) if (!this.#wanted.has(path)) this.#applied.delete(path);
    this.#go();
  }

  /** Another process applies from now on, or this one does. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#go();
  }

  close(): void {
    this.#isStopped = true;
    this.#client.close();
  }

  #go(): void {
    if (this.#isPaused || this.#isStopped || this.#isRunning) return;
    this.#isRunning = true;
    void this.#work().finally(() => {
      this.#isRunning = false;
    });
  }

  /** In order, since an account must be there before the pods that use it. */
  async #work(): Promise<void> {
    for (let due = this.#due(); due !== undefined && !this.#isStopped && !this.#isPaused; due = this.#due()) {
      const [path, text] = due;
      try {
        await this.#client.call({ method: 'PATCH', path, query: { fieldManager, force: 'true' }, contentType: 'application/apply-patch+yaml', body: JSON.parse(text) as unknown });
        this.#applied.set(path, text);
      } catch (error) {
        this.#onTrouble(`${path} could not be applied: ${error instanceof Error ? error.message : String(error)}`);
        setTimeout(() => this.#go(), 1000).unref();
        return;
      }
    }
  }

  #due(): [string, string] | undefined {
    for (const [path, text] of this.#wanted) if (this.#applied.get(path) !== text) return [path, text];
    return undefined;
  }
}

function pathOf({ apiVersion, kind, metadata: { namespace, name } }: AppliedObject): string {
  return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/${namespace}/${plurals[kind] ?? `${kind.toLowerCase()}s`}/${name}`;
}
