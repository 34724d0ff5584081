import type { AskedRequest, HeaderValue } from '../ir/index.ts';

/** What a person asks about. */
export type Asked = {
  /** Host of the URL: where it goes, and what TLS names. */
  readonly host: string;
  readonly port: number;
  /** Only this Gateway, `namespace/name`. */
  readonly gateway?: string;
} & (
  | { readonly kind: 'request'; readonly scheme: 'http' | 'https'; readonly request: AskedRequest }
  | { readonly kind: 'connection'; readonly scheme: 'tcp' | 'tls' | 'udp'; readonly serverName: string }
);

/** A request in the words of the command line. */
export interface Written {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HeaderValue[];
  /** What TLS names, where it is not the host of the URL. */
  readonly serverName?: string;
  readonly gateway?: string;
  /** PEM, the leaf first. */
  readonly clientCertificate?: string;
}

/** What `[METHOD] URL` or `grpc HOST[:PORT]/SERVICE/METHOD` asks for, by its words; undefined where they are too few or too many. */
export function requestLine(words: readonly string[]): Pick<Written, 'method' | 'url' | 'headers'> | undefined {
  const [first, second] = words;
  if (first === undefined || words.length > 2) return undefined;
  if (second === undefined) return { method: 'GET', url: first, headers: [] };
  if (first.toLowerCase() === 'grpc') return { method: 'POST', url: grpcUrl(second), headers: [{ name: 'content-type', value: 'application/grpc' }] };
  return { method: first, url: second, headers: [] };
}

/** `host[:port]/service/method`; over TLS on port 443 and where no port says otherwise. */
function grpcUrl(text: string): string {
  if (text.includes('://')) return text;
  return `${/^[^/]*:(?!443(?:\/|$))\d+/.test(text) ? 'http' : 'https'}://${text}`;
}

const wellKnown: Readonly<Record<string, number>> = { http: 80, https: 443, tls: 443 };

const schemes = ['http', 'https', 'tcp', 'tls', 'udp'] as const;
type Scheme = (typeof schemes)[number];

interface Place {
  readonly scheme: Scheme;
  readonly host: string;
  readonly port: number;
  /** With its port where that is not the scheme's own. */
  readonly authority: string;
  readonly target: string;
}

/** The parts of a URL; a sentence where it is none that can be asked. */
function readUrl(url: string): Place | string {
  const parts = /^([a-z]+):\/\/(\[[0-9a-fA-F:.]+\]|[^/?#:@\s]*)(?::(\d{1,5}))?([/?][^#]*)?(?:#.*)?$/i.exec(url);
  const scheme = schemes.find((it) => it === parts?.[1]?.toLowerCase());
  if (parts === null || scheme === undefined) return `${url} is no URL of a request; write http://, https://, tcp://, tls:// or udp://, a host, and perhaps a port and path`;
  const [, , host = '', portText, target = '/'] = parts;
  const port = portText === undefined ? wellKnown[scheme] : Number(portText);
  if (port === undefined || port < 1 || port > 65_535) return `${url} needs a port between 1 and 65535`;
  return { scheme, host, port, authority: port === wellKnown[scheme] ? host : `${host}:${port}`, target: target.startsWith('?') ? `/${target}` : target };
}

/** Reads what a person wrote; a sentence where it can't be read. */
export function readAsked({ method, url, headers, serverName, gateway, clientCertificate }: Written): Asked | string {
  const read = readUrl(url);
  if (typeof read === 'string') return read;
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method)) return `${method} is no method of a request`;
  const { scheme, host, port, authority, target } = read;
  const place = { host, port, ...(gateway === undefined ? {} : { gateway }) };
  // The server name has no trailing dot, whatever the URL has (RFC 6066 section 3).
  const named = serverName ?? (isAddress(host) ? '' : host.toLowerCase().replace(/\.$/, ''));
  if (scheme !== 'http' && scheme !== 'https') return { ...place, kind: 'connection', scheme, serverName: scheme === 'tls' ? named : '' };
  const isHost = ({ name }: HeaderValue): boolean => name.toLowerCase() === 'host';
  const hosts = headers.filter(isHost).map(({ value }) => value);
  const request = {
    // Two Host headers are one that is not valid (RFC 9112 section 3.2).
    method, target: encoded(target), host: hosts.length === 0 ? authority : hosts.join(', '), headers: headers.filter((it) => !isHost(it)),
    serverName: scheme === 'https' ? named : '', ...(clientCertificate === undefined ? {} : { clientCertificate }),
  };
  return { ...place, kind: 'request', scheme, request };
}

/** What cannot stand in a request line is encoded, as clients do before they send it. */
function encoded(target: string): string {
  return target.replace(/[^\x21-\x7e]+/gu, (part) => encodeURIComponent(part));
}

/** Server names are never addresses (RFC 6066 section 3). */
export function isAddress(host: string): boolean {
  return host.startsWith('[') || /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
}

/** The request as the first line of its explanation says it. */
export function askedText(asked: Asked): string {
  if (asked.kind === 'connection') return `${asked.scheme}://${asked.host}:${asked.port}`;
  const { request, scheme, host, port } = asked;
  const shown = request.host === '' ? host : request.host;
  const via = shown === host || shown === `${host}:${port}` ? '' : ` at ${host}:${port}`;
  return `${request.method} ${scheme}://${shown}${request.target}${via}`;
}
