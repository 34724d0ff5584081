/** The vocabulary of a case, as its YAML holds it; README.md explains it to people. */
export type Values = string | readonly string[];

export interface Named {
  readonly [name: string]: Values;
}

/** A request in parts. `version` is HTTP/1.1 where absent; a body is sent with its length, `chunks` and `trailers` are sent chunked. */
export interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  /** Absent: `example.test`. `null`: no Host. */
  readonly host?: string | null;
  readonly headers?: Named;
  readonly body?: string;
  /** That many bytes of filler. */
  readonly bodyBytes?: number;
  readonly chunks?: readonly string[];
  readonly trailers?: Named;
  readonly version?: '1.0' | '1.1';
}

/** What a pod has seen. */
export interface Saw {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: Named;
  /** Regular expressions on the only value of a field. */
  readonly matches?: { readonly [name: string]: string };
  readonly absent?: readonly string[];
  readonly body?: string;
  readonly bodyBytes?: number;
  readonly trailers?: Named;
}

/** What a client gets. Whatever is not named is not asked, but the status: 200 where absent. */
export interface Expected {
  readonly status?: number;
  readonly reason?: string;
  /** Service whose pod answered; `none`: no pod has seen the request. */
  readonly backend?: string;
  readonly saw?: Saw;
  readonly headers?: Named;
  readonly matches?: { readonly [name: string]: string };
  readonly absent?: readonly string[];
  readonly body?: string;
  readonly bodyBytes?: number;
  readonly trailers?: Named;
  /** Statuses of interim answers, in order. */
  readonly interim?: readonly number[];
  /** After the answer: `kept` answers another request, `closed` ends. */
  readonly connection?: 'kept' | 'closed';
  /** The answer breaks off. */
  readonly broken?: boolean;
  /** The request was a HEAD; needed for raw ones only. */
  readonly head?: boolean;
  /** Name of the certificate that the listener has shown. */
  readonly certificate?: string;
  /** There is no answer: TLS fails. */
  readonly handshake?: 'fails';
}

interface Door {
  /** `gateway/listener`; the first listener of the first Gateway where absent. */
  readonly to?: string;
}

export interface RequestStep extends Door {
  readonly request?: RequestParts;
  /** Bytes as they are sent. */
  readonly raw?: string;
  /** Server name; `null` for a client that names none. Present: TLS. */
  readonly sni?: string | null;
  /** The only version of TLS that the client speaks; 1.2 and 1.3 where absent. */
  readonly tls?: '1.2' | '1.3';
  readonly expect?: Expected;
  /** For raw bytes that hold several requests. */
  readonly answers?: readonly Expected[];
  readonly times?: number;
  /** How many answers come from each Service, or with each status that Postern gives itself: exact. */
  readonly shares?: { readonly [backendOrStatus: string]: number };
}

/** Speaks on a named connection that stays open from step to step. */
export interface WireStep extends Door {
  readonly wire: string;
  readonly send?: string;
  /** Waits until this has come, and takes everything up to it. */
  readonly receives?: string;
  readonly closes?: 'end' | 'abort';
  /** Waits for the other side's end. */
  readonly ends?: true;
}

/** Messages through a WebSocket, each echoed. */
export interface WebSocketStep extends Door {
  readonly websocket: readonly string[];
  readonly path?: string;
}

/** Brings other manifests into force: objects are created or replaced, and removed by `Kind namespace/name`. */
export interface ApplyStep {
  readonly apply: readonly Manifest[];
  readonly remove?: readonly string[];
}

/** Waits for what a backend sees, or lets its held answers go on. */
export interface BackendStep {
  readonly pods: string;
  readonly until?: { readonly requests?: number; readonly aborted?: number };
  readonly release?: true;
}

/** Can a connection be opened? */
export interface ConnectStep {
  readonly connect: string;
  readonly is: 'open' | 'refused';
}

export type Step = RequestStep | WireStep | WebSocketStep | ApplyStep | BackendStep | ConnectStep;

/** An object of the manifests; `apiVersion` and `metadata.namespace` may be left to the runner. */
export interface Manifest {
  readonly kind: string;
  readonly apiVersion?: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** A piece of what a pod answers: text as it is, filler, a wait for `release`, a rest in milliseconds, the end or a cut of the connection. */
export type AnswerPart = string | { readonly bytes: number } | { readonly hold: true } | { readonly rest: number } | { readonly closes: 'end' | 'abort' };

/** A Service on port 80 with its pods. */
export interface BackendSpec {
  readonly namespace?: string;
  /** 1 where absent. */
  readonly pods?: number;
  /** Endpoints at which nobody listens. */
  readonly refusing?: number;
  /** Pods that run but are not ready. */
  readonly unready?: number;
  readonly appProtocol?: string;
  /** What each request gets; absent: 200 with the pod's name. */
  readonly answer?: readonly AnswerPart[];
  /** The answer begins when the head is there, not the body. */
  readonly early?: true;
  /** Answers `100 Continue` to who expects it; the default. `false`: says nothing. */
  readonly continues?: boolean;
}

export interface BehaviourCase {
  /** One sentence: what holds. */
  readonly about: string;
  /** Where that is said: a field of the spec, an RFC with its section, a GEP. */
  readonly spec: string;
  readonly manifests: readonly Manifest[];
  readonly backends?: { readonly [service: string]: BackendSpec };
  /** Secrets in namespace default: DNS names by Secret name. */
  readonly certificates?: { readonly [secret: string]: readonly string[] };
  readonly settings?: { readonly trustedProxies?: readonly string[] };
  /** Codes of the errors that the manifests give; none where absent. */
  readonly findings?: readonly string[];
  readonly steps: readonly Step[];
}
