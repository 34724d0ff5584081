/** One condition as status holds it. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

/** An object whose status Postern writes. */
export interface StatusObject {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string; readonly name: string; readonly generation: number };
  readonly status: {
    readonly conditions?: readonly Condition[];
    readonly addresses?: readonly { readonly type: string; readonly value: string }[];
    readonly supportedFeatures?: readonly { readonly name: string }[];
    readonly listeners?: readonly { readonly name: string; readonly attachedRoutes: number; readonly supportedKinds: readonly { readonly kind: string }[]; readonly conditions: readonly Condition[] }[];
    readonly parents?: readonly { readonly parentRef: Readonly<Record<string, unknown>>; readonly controllerName: string; readonly conditions: readonly Condition[] }[];
  };
}

/** What `postern serve -o json` prints after each configuration. */
export interface AppliedEvent {
  readonly event: 'applied';
  readonly revision: number;
  readonly gateways: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly class: string;
    readonly programmed: boolean;
    readonly addresses: readonly string[];
    readonly listeners: readonly { readonly name: string; readonly port: number; readonly bound?: { readonly address: string; readonly port: number } }[];
  }[];
  readonly findings: readonly { readonly code: string; readonly severity: string; readonly message: string; readonly position?: { readonly file: string } }[];
  readonly objects: readonly StatusObject[];
}

/** What a scenario's manifests came to, and where their Gateways answer. */
export interface Serving {
  /** The newest configuration and statuses that are known. */
  readonly latest: AppliedEvent;
  /** Asks for what is newest. */
  refresh(): Promise<AppliedEvent>;
  /** The first configuration, from the present one on, for which `holds` is true. */
  until(what: string, holds: (event: AppliedEvent) => boolean): Promise<AppliedEvent>;
  /** Where a Gateway's port is open. */
  open(gateway: string, port: number): { readonly address: string; readonly port: number };
}
