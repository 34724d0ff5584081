import { readFileSync } from 'node:fs';
import { type Asked, readAsked, requestLine, type Written } from '../explain/index.ts';
import { UsageError, type Arguments } from './command.ts';
import { requireInputs } from './inputs.ts';

/** What a person asks to be explained. */
export type Question =
  | { readonly kind: 'request'; readonly asked: Asked; readonly written: Written }
  | { readonly kind: 'object'; readonly name: string; readonly namespace: string | undefined };

/** Reads `[METHOD] URL`, `grpc HOST/SERVICE/METHOD` or `KIND/NAME` with their options. */
export function questionOf(args: Arguments): Question {
  const [first = '', ...more] = args.positionals;
  if (more.length === 0 && /^[A-Za-z.]+\/[^/]/.test(first)) return { kind: 'object', name: first, namespace: args.value('namespace') };
  return readQuestion(writtenBy(args));
}

/** Reads a request that was written down. */
export function readQuestion(written: Written): Question {
  const asked = readAsked(written);
  if (typeof asked === 'string') throw new UsageError(asked);
  return { kind: 'request', asked, written };
}

function writtenBy(args: Arguments): Written {
  const line = requestLine(args.positionals);
  if (line === undefined) throw new UsageError('give one URL, before it a method where it is not GET, or a KIND/NAME');
  const gateway = args.value('gateway');
  const serverName = args.value('server-name');
  return {
    ...line, headers: [...line.headers, ...args.values('header').map(headerOf)],
    ...(serverName === undefined ? {} : { serverName }), ...(gateway === undefined ? {} : { gateway }), ...clientCertificate(args),
  };
}

/** `NAME: VALUE`. */
export function headerOf(text: string): { readonly name: string; readonly value: string } {
  const colon = text.indexOf(':');
  if (colon < 1) throw new UsageError(`--header ${text}: write NAME: VALUE`);
  return { name: text.slice(0, colon).trim(), value: text.slice(colon + 1).trim() };
}

function clientCertificate(args: Arguments): { readonly clientCertificate?: string } {
  const file = args.value('client-cert');
  if (file === undefined) return {};
  const [path] = requireInputs([file]);
  return { clientCertificate: readFileSync(path!, 'utf8') };
}
