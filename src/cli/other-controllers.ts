import { networkInterfaces } from 'node:os';
import { ServiceEndpoints, type ClusterAccess } from '../source/index.ts';
import type { Arguments } from './command.ts';

/** Where the other controllers are: at `--peer`, or else where the Service of `--control-plane` leads, without this process. */
export class OtherControllers {
  readonly #named: readonly string[];
  readonly #port: number;
  readonly #endpoints: ServiceEndpoints | undefined;
  readonly #own = new Set(Object.values(networkInterfaces()).flatMap((it) => (it ?? []).map(({ address }) => address)));

  /** `port`: where all of them listen, as this one does. */
  constructor(args: Arguments, port: number, access: ClusterAccess, onTrouble: (message: string) => void) { // oxlint-disable-line max-params -- what is asked for, and of whom.
    this.#named = args.values('peer');
    this.#port = port;
    const service = this.#named.length > 0 ? undefined : serviceIn(args.value('control-plane') ?? '');
    // Who takes part in no election is alone.
    if (service !== undefined && args.value('lease') !== undefined) this.#endpoints = new ServiceEndpoints(access, service, onTrouble);
  }

  /** `host:port` of each. */
  addresses(): readonly string[] {
    const others = (this.#endpoints?.addresses ?? []).filter((it) => !this.#own.has(it));
    return [...this.#named, ...others.map((it) => `${it.includes(':') ? `[${it}]` : it}:${this.#port}`)];
  }

  close(): void {
    this.#endpoints?.close();
  }
}

/** `postern.postern-system.svc:18000`, in any of the forms that the cluster's DNS knows; undefined for a name that is no Service's. */
export function serviceIn(controlPlane: string): { readonly namespace: string; readonly name: string } | undefined {
  const [, name, namespace] = /^([a-z][-a-z0-9]*)\.([a-z0-9][-a-z0-9]*)(?:\.svc(?:\.[-a-z0-9.]+)?)?:\d+$/.exec(controlPlane) ?? [];
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}
