import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '..');

/** What a test of the suite asserts, step by step; see the README for the vocabulary. */
export interface Expectation {
  readonly test: string;
  /** Go file of the suite that it was read from. */
  readonly source: string;
  /** Present where the test, or its traffic alone, waits for another issue. */
  readonly later?: { readonly issue: number; readonly why: string; readonly of: readonly ('status' | 'traffic')[] };
  readonly steps: readonly Step[];
}

/** Edits happen first, then every check holds. */
export interface Step {
  readonly name?: string;
  readonly edit?: readonly Edit[];
  readonly status?: readonly StatusCheck[];
  readonly traffic?: readonly TrafficCase[];
  readonly streams?: readonly StreamCase[];
  readonly grpc?: readonly GrpcCase[];
}

/** `add`, `remove` and `replace` are RFC 6902; `fill` writes the pods of a Deployment into an EndpointSlice; `copy` makes or replaces an object of another name. */
export type Edit =
  | { readonly op: 'add' | 'replace'; readonly of: string; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly of: string; readonly path: string }
  | { readonly op: 'create'; readonly value: unknown }
  | { readonly op: 'delete'; readonly of: string }
  | { readonly op: 'copy'; readonly of: string; readonly name: string }
  | { readonly op: 'fill'; readonly of: string; readonly pods: string };

/** Condition type → `Status`, `Status/Reason`, or `*` for any. */
export type Conditions = { readonly [type: string]: string };

export interface ListenerExpectation {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly attachedRoutes: number;
  readonly have: Conditions;
}

/** Exactly one key: which helper of the suite it stands for is in `status-check.ts`. */
export interface StatusCheck {
  readonly ready?: readonly string[];
  readonly current?: string;
  readonly conditions?: { readonly of: string; readonly have: Conditions };
  readonly address?: string;
  readonly addresses?: { readonly of: string; readonly exactly: readonly string[] };
  readonly accepted?: { readonly parent: string; readonly routes: readonly string[] };
  readonly listeners?: { readonly of: string; readonly exactly: readonly ListenerExpectation[] };
  readonly listenerConditions?: { readonly of: string; readonly sections?: readonly string[]; readonly have: Conditions };
  readonly attachedListenerSets?: { readonly of: string; readonly count: number };
  readonly zeroRoutes?: string;
  readonly parents?: {
    readonly of: string;
    readonly namespaceRequired: boolean;
    readonly include: readonly { readonly parentRef: { readonly [field: string]: string }; readonly have: Conditions }[];
  };
  readonly ancestorConditions?: { readonly of: string; readonly ancestor: string; readonly have: Conditions };
  readonly parentConditions?: { readonly of: string; readonly parent: string; readonly have: Conditions };
  readonly noAcceptedParent?: string;
}

type Headers = { readonly [name: string]: string };

/** One request and what comes back; `to` is a Gateway, `section` its listener where it has several. */
export interface TrafficCase {
  readonly name?: string;
  readonly to: string;
  readonly section?: string;
  readonly port?: number;
  /** Present for HTTPS: the SNI of the handshake. */
  readonly serverName?: string;
  /** The certificate that the client shows, by its name in the Go test. */
  readonly clientCertificate?: 'clientCertNN' | 'clientCertPerPortNN';
  /** The handshake must not let the request through. */
  readonly handshake?: 'fails';
  /** The Secret with the certificate that the client must be shown; the listener's own where absent. */
  readonly shown?: string;
  readonly request: { readonly method?: string; readonly host?: string; readonly path: string; readonly headers?: Headers; readonly body?: string; readonly protocol?: 'H2Protocol' | 'H2CPriorKnowledgeProtocol' };
  /** Response headers that the echo backend is asked to set. */
  readonly backendSets?: Headers;
  readonly repeat?: number;
  /** Messages that the backend must send back over a WebSocket: text or bytes. */
  readonly websocket?: readonly (string | readonly number[])[];
  readonly expect: TrafficExpectation;
}

export interface TrafficExpectation {
  /** 200 where absent. */
  readonly status?: number | readonly number[];
  /** How the pod's name begins. */
  readonly backend?: string;
  readonly namespace?: string;
  /** What reaches the backend; where absent, the request itself. */
  readonly seen?: {
    readonly method?: string; readonly host?: string; readonly path?: string; readonly headers?: Headers; readonly absent?: readonly string[];
    /** The server name of the TLS handshake with the backend. */
    readonly sni?: string;
    /** The Secret with the certificate that the backend was shown. */
    readonly clientCertificate?: string;
  };
  readonly location?: { readonly scheme?: string; readonly host?: string; readonly port?: string; readonly path?: string };
  readonly headers?: Headers;
  /** Response headers, each with one of the values. */
  readonly oneOf?: { readonly [name: string]: readonly string[] };
  /** Spaces in `oneOf` do not count. */
  readonly ignoreWhitespace?: boolean;
  readonly absent?: readonly string[];
  /** Deployments that get a copy, each with its percentage of the repeated requests, within three standard deviations. */
  readonly mirroredTo?: { readonly [deployment: string]: number };
  /** Share of the repeated requests by backend, ±0.05. */
  readonly shares?: { readonly [backend: string]: number };
  /** A request header that reaches the backend once and begins the pod's name. */
  readonly podNamedBy?: string;
}

/** A conversation with a TCP echo backend, or a datagram to a UDP one, and who answers. */
export interface StreamCase {
  readonly to: string;
  readonly section?: string;
  readonly port?: number;
  readonly over: 'tcp' | 'tls' | 'udp';
  /** For `tls`: the SNI of the handshake. */
  readonly serverName?: string;
  /** For `tls`: the Secret with the certificate that the client must be shown; the listener's own where absent. */
  readonly shown?: string;
  /** Every one is a new connection, or a datagram from a new port. */
  readonly repeat?: number;
  readonly expect: {
    /** How the pod's name begins. */
    readonly backend?: string;
    readonly namespace?: string;
    readonly service?: string;
    /** Whether the backend itself ended TLS. */
    readonly isTls?: boolean;
    /** The server name that the backend saw. */
    readonly serverName?: string;
    /** Share of the repeated conversations by backend, ±0.05. */
    readonly shares?: { readonly [backend: string]: number };
    /** The connection ends or is reset in the handshake, without an alert. */
    readonly refused?: true;
  };
}

/** One unary call of the suite's echo service, and who answers. */
export interface GrpcCase {
  readonly to: string;
  readonly section?: string;
  readonly port?: number;
  readonly method: 'Echo' | 'EchoTwo' | 'EchoThree';
  /** The address and port where absent. */
  readonly authority?: string;
  readonly metadata?: Headers;
  readonly repeat?: number;
  readonly expect: {
    /** Code of the gRPC status; 0 where absent. */
    readonly code?: number;
    readonly backend?: string;
    readonly namespace?: string;
    /** What reaches the backend: all values of a name, joined by commas. */
    readonly headers?: Headers;
    readonly absent?: readonly string[];
    /** Share of the repeated calls by backend, ±0.05. */
    readonly shares?: { readonly [backend: string]: number };
  };
}

/** One test of the suite, as its Go file declares it. */
export interface SuiteTest {
  readonly name: string;
  readonly file: string;
  readonly manifests: readonly string[];
  readonly features: readonly string[];
}

/** All 170 tests of the suite. */
export function suiteTests(): SuiteTest[] {
  return JSON.parse(readFileSync(join(folder, 'suite/tests.json'), 'utf8')) as SuiteTest[];
}

/** Expectations of the tests that Postern replays offline, by name. */
export function expectations(): Expectation[] {
  return readdirSync(join(folder, 'expectations')).sort()
    .map((name) => parse(readFileSync(join(folder, 'expectations', name), 'utf8')) as Expectation);
}

/** Why a part of a test is left out, or false where it runs. */
export function skipped({ later }: Expectation, part: 'status' | 'traffic'): string | false {
  return later?.of.includes(part) === true ? `issue ${later.issue}: ${later.why}` : false;
}

/** Names without a slash are of the suite's own namespace. */
export function qualified(name: string): string {
  return name.includes('/') ? name : `gateway-conformance-infra/${name}`;
}

/** `HTTPRoute web` → kind and `namespace/name`; a GatewayClass has no namespace. */
export function parseRef(text: string): { kind: string; key: string } {
  const [kind = '', name = ''] = text.split(' ');
  return { kind, key: kind === 'GatewayClass' ? name : qualified(name) };
}
