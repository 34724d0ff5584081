/** The parts of a `checks.yaml` that the runner reads; `checks.schema.json` has the whole shape. */
export interface Scenario {
  readonly name: string;
  /** The scenario's folder. */
  readonly folder: string;
  readonly checks: readonly Check[];
}

export interface Check {
  readonly name: string;
  readonly given?: string;
  /** `namespace/Gateway` that a request goes to. */
  readonly via?: string;
  readonly from?: unknown;
  readonly request?: RequestSpec;
  readonly repeat?: number;
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly status?: StatusSpec;
  readonly kubectl?: KubectlSpec;
  readonly resource?: ResourceSpec;
  readonly rbac?: AccessSpec;
  readonly dns?: DnsSpec;
  readonly apply?: ApplySpec;
  readonly steps?: readonly Step[];
  /** A command of the seed and what a command of Postern's must do instead. */
  readonly cli?: { readonly seedCommand: string; readonly intent: string };
  readonly metrics?: MetricsSpec;
  readonly coveredBy?: string;
}

/** Figures that a data plane or controller must tell. */
export interface MetricsSpec {
  readonly endpoint: string;
  readonly given?: string;
  readonly expect: { readonly counter?: string; readonly histogram?: string; readonly value?: number; readonly labels?: readonly string[]; readonly counters?: readonly string[]; readonly gauges?: readonly string[] };
}

export interface RequestSpec {
  readonly scheme: string;
  readonly host?: string;
  readonly connect?: string;
  readonly port: number;
  readonly path?: string;
  /** For `tcp` and `udp`: the bytes. */
  readonly send?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly connections?: number;
  readonly httpVersion?: string;
  readonly followRedirects?: boolean;
  readonly tls?: { readonly ca?: string; readonly sni?: string; readonly alpn?: readonly string[]; readonly verify?: boolean; readonly splitClientHelloAt?: number };
}

export interface ConditionSpec {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly observedGeneration?: 'current';
}

export interface StatusSpec {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly conditions?: readonly ConditionSpec[];
  readonly addresses?: readonly { readonly type: string; readonly value?: string; readonly range?: string }[];
  readonly supportedFeatures?: readonly string[];
  readonly untouchedBy?: string;
  readonly listeners?: readonly { readonly name: string; readonly attachedRoutes?: number; readonly supportedKinds?: readonly string[]; readonly conditions?: readonly ConditionSpec[] }[];
  readonly parents?: readonly { readonly parentRef: Readonly<Record<string, unknown>>; readonly controllerName?: string; readonly conditions?: readonly ConditionSpec[] }[];
}

export interface KubectlSpec {
  readonly command: string;
  readonly columns?: readonly string[];
  readonly rows?: readonly Readonly<Record<string, string>>[];
  readonly output?: string;
  /** Words that the listing holds. */
  readonly contains?: readonly string[];
}

/** Objects that Postern makes or leaves alone. */
export interface ResourceSpec {
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly selector?: string;
  readonly suggestedName?: string;
  readonly count?: number;
  readonly expect: object;
}

/** Names that a DNS controller must have found. */
export interface DnsSpec {
  readonly name: string | readonly string[];
  readonly resolvesTo: string;
}

/** Whether someone may do something. */
export interface AccessSpec {
  readonly as: string;
  readonly groups?: readonly string[];
  /** A ClusterRole that the user is bound to for the check. */
  readonly boundTo?: string;
  /** A scenario whose roles are in force for the check; the user is bound to the role of the same name. */
  readonly definedIn?: string;
  readonly verb: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly allowed: boolean;
}

export interface ApplySpec {
  readonly file: string;
  readonly expect: {
    readonly result: 'accepted' | 'accepted-with-warning' | 'rejected';
    readonly by?: string;
    readonly message?: readonly string[];
    readonly sameBehaviourAs?: string;
    readonly posternStatus?: string;
  };
}

export interface Step {
  readonly do: string;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** A check that does not hold; the message says what was expected and what came. */
export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

/** What became of one check. */
export interface Outcome {
  readonly scenario: string;
  readonly check: string;
  readonly result: 'passed' | 'failed' | 'skipped';
  /** Why it failed or was skipped, or what part of it waits. */
  readonly note?: string;
}
