import { expand } from './environment.ts';
import type { DemoPod, KeyPair } from './plan-demo.ts';

/** Who an echo server answers as, and what it answers besides. */
export interface EchoIdentity {
  readonly app: string;
  readonly version: string;
  readonly pod: string;
  readonly namespace: string;
  /** Ready bodies by path: a string is sent as text, everything else as JSON. */
  readonly fixtures: ReadonlyMap<string, unknown>;
  /** A request needs this header with this value, or it is answered 403. */
  readonly allow?: { readonly header: string; readonly value: string };
  /** Shown where the pod ends TLS. */
  readonly keyPair?: KeyPair;
}

/** The identity of a pod: FIXTURES and AUTH_ALLOW_HEADER of its environment, with `$(VERSION)` and `$(POD_NAME)` filled in. */
export function echoIdentity(pod: DemoPod): EchoIdentity {
  const variables = new Map(pod.environment).set('VERSION', pod.version).set('POD_NAME', pod.name);
  const allow = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(pod.environment.get('AUTH_ALLOW_HEADER') ?? '');
  return {
    app: pod.app,
    version: pod.version,
    pod: pod.name,
    namespace: pod.namespace,
    fixtures: fixtures(pod.environment.get('FIXTURES'), variables),
    ...(allow === null ? {} : { allow: { header: (allow[1] ?? '').toLowerCase(), value: allow[2] ?? '' } }),
    ...(pod.keyPair === undefined ? {} : { keyPair: pod.keyPair }),
  };
}

function fixtures(text: string | undefined, variables: ReadonlyMap<string, string>): ReadonlyMap<string, unknown> {
  const parsed = text === undefined ? undefined : parseJson(text);
  if (typeof parsed !== 'object' || parsed === null) return new Map();
  return new Map(Object.entries(parsed).map(([path, body]) => [path, filled(body, variables)]));
}

/** A FIXTURES text that is no JSON means no fixtures: the pod still answers, as it would after a container's own fallback. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function filled(body: unknown, variables: ReadonlyMap<string, string>): unknown {
  if (typeof body === 'string') return expand(body, variables);
  if (Array.isArray(body)) return body.map((item) => filled(item, variables));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, filled(value, variables)]));
}
