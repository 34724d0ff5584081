import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { eventStream } from './event-stream.ts';
import { isLoopback } from './local-host.ts';

/** What the page of the console asks for. */
export interface ConsoleView {
  /** A view as JSON; undefined where there is none of that name. */
  view(name: string, query: URLSearchParams): Promise<unknown>;
  /** The little that every page shows; sent whenever something is new. `query` is that of the page which follows. */
  pulse(query: URLSearchParams): unknown;
  /** Calls back whenever something may be new, until the returned function is called. */
  follow(changed: () => void): () => void;
}

/** The console: its page, and what the page shows. */
export interface ConsoleHouse {
  /** Loaded with the first look, since most programs are never looked at. */
  view(): Promise<ConsoleView>;
  /** The folder of the page's files. */
  readonly files: URL;
}

/** The page may load its own files and nothing else, may not be framed, and no text of a manifest can become code. */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const pageHeaders = {
  'cache-control': 'no-store', 'content-security-policy': policy, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin',
};

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Postern</title>
<link rel="icon" href="/console/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/console/console.css">
<script type="module" src="/console/console.js"></script>
</head>
<body><div id="root"><noscript>The console is a program for the browser, and scripts are off. The command line says the same: postern status, postern explain.</noscript></div></body>
</html>
`;

const fileTypes: Readonly<Record<string, string>> = {
  'console.js': 'text/javascript; charset=utf-8', 'console.css': 'text/css; charset=utf-8', 'icon.svg': 'image/svg+xml',
};

/** Answers everything under /console. */
export async function answerConsole(request: IncomingMessage, response: ServerResponse, house: ConsoleHouse): Promise<void> {
  const send = (status: number, type: string, body: string): void => {
    response.writeHead(status, { ...pageHeaders, 'content-type': type, 'content-length': Buffer.byteLength(body) });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://console');
  const refusal = refused(request, pathname);
  if (refusal !== undefined) return send(403, 'text/plain; charset=utf-8', `${refusal}\n`);
  const [, , first = '', second = ''] = pathname.split('/');
  if (first === 'api' && second === 'events') return eventStream(request, response, { view: await house.view(), query: searchParams, headers: pageHeaders });
  if (first === 'api') {
    const value = await (await house.view()).view(second, searchParams);
    return value === undefined ? send(404, 'application/json', '{"problem":"there is no such view"}\n') : send(200, 'application/json', JSON.stringify(value));
  }
  const type = fileTypes[first];
  if (type === undefined || second !== '') return send(200, 'text/html; charset=utf-8', page);
  return readFile(new URL(first, house.files), 'utf8').then((body) => send(200, type, body), () => send(404, 'text/plain; charset=utf-8', `There is no ${first}: run npm run build.\n`));
}

/** Who may not look: the console answers to its own machine alone, and to no other site's page. */
function refused({ socket, headers }: IncomingMessage, pathname: string): string | undefined {
  if (!isLoopback(socket.remoteAddress)) return 'Only for requests from this machine; kubectl port-forward makes them so.';
  const site = headers['sec-fetch-site'];
  const isForeign = site === 'cross-site' || site === 'same-site';
  return isForeign && (pathname.startsWith('/console/api/') || headers['sec-fetch-mode'] !== 'navigate') ? 'Only for the console itself.' : undefined;
}
