/** What a data plane can carry; the controller hands it to `attach`, which refuses the rest in status. */
export interface Capabilities {
  /** The data plane's name in messages: `native` or `envoy`. */
  readonly name: string;
  /** Route kinds that it carries. */
  readonly routeKinds: ReadonlySet<string>;
  /** Listener protocols that it carries. */
  readonly protocols: ReadonlySet<string>;
  /** HTTPRoute filter types that it carries. */
  readonly filters: ReadonlySet<string>;
  /** GRPCRoute filter types that it carries. */
  readonly grpcFilters: ReadonlySet<string>;
  /** Fields of HTTPRoute rules that it carries beyond matches, filters and backendRefs. */
  readonly ruleFields: ReadonlySet<string>;
  /** Protocols that it speaks to backends: `http1`, `h2c`, `websocket`, `wss`. */
  readonly backendProtocols: ReadonlySet<string>;
  /** `supportedFeatures` of the GatewayClass, sorted. */
  readonly features: readonly string[];
  /** Whether spans can carry an attribute of the Gateway API's dictionary (GEP-5253); absent: none. */
  readonly carriesAttribute?: (key: string) => boolean;
  /** Kinds of the experimental channel that it carries and that no feature stands for: `XBackend`, `XBackendTrafficPolicy`. */
  readonly objectKinds?: ReadonlySet<string>;
  /** Why a regular expression is not accepted, or undefined where it is. */
  checkRegex(pattern: string): string | undefined;
}
