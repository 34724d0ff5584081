import type { ObjectRef } from '../../contract/index.ts';
import type { BackendName } from '../fate.ts';

/** A name as a test writes it: `[KIND/][NAMESPACE/]NAME[:PORT]`. */
export interface Named {
  /** Absent: any. */
  readonly kind?: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent: any. */
  readonly port?: string;
}

/** Reads a name; where it has no namespace it is of `home`. A first part that begins with a capital letter is a kind. */
export function readNamed(text: string, home: string): Named {
  const [, path = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  const parts = path.split('/');
  const kind = parts.length > 1 && /^[A-Z]/.test(parts[0]!) ? parts.shift() : undefined;
  const name = parts.pop() ?? '';
  return { ...(kind === undefined ? {} : { kind }), namespace: parts.length > 0 ? parts.join('/') : home, name, ...(port === undefined ? {} : { port }) };
}

/** Whether an object, or a backend with its port, is the one that is named. */
export function isNamed(it: ObjectRef | BackendName, { kind, namespace, name, port }: Named): boolean {
  return it.name === name && it.namespace === namespace && (kind === undefined || it.kind === kind) && (port === undefined || ('port' in it ? it.port === port : true));
}
