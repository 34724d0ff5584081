import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricFamily } from '../contract/index.ts';
import type { ConsoleHouse } from './console-pages.ts';
import { exposition, type ExpositionFormat } from './exposition.ts';
import { isLocalHost, isLoopback } from './local-host.ts';

export type Readiness = 'starting' | 'ready' | 'draining';

/** What can be looked at. */
export interface AdminView {
  metrics(): Promise<readonly MetricFamily[]>;
  readiness(): Readiness;
  /** Statuses as objects, as `postern status -o json` prints them. */
  statuses(): unknown;
  /** The objects in force with their statuses; absent where there are none, in a data plane. */
  objects?(): unknown;
  /** What is in force, in the data plane's words; without secrets. */
  configuration(): unknown;
  /** Of a controller: each data plane that follows it, and whether it has the newest configuration. */
  dataPlanes?(): unknown;
  /** Why a request gets its answer, or an object is in its state; `query` is that of the URL. Absent: nobody can say. */
  explain?(query: string): Promise<unknown>;
  /** Lines of the access log from number `since` on, in JSON; 0 begins. Absent: nobody has any. */
  recentLines?(since: number): Promise<{ readonly lines: readonly string[]; readonly next: number; readonly lost: number }> | undefined;
  /** The console, a page for the browser; absent: there is none. */
  readonly console?: ConsoleHouse;
}

/** Where it listens: an IP address and a port. */
export interface AdminPlace {
  readonly address: string;
  readonly port: number;
}

export interface AdminServer {
  readonly place: AdminPlace;
  close(): Promise<void>;
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly allow?: string;
  readonly location?: string;
}

const plain = 'text/plain; charset=utf-8';
const metricTypes: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

/** Opens the admin endpoint. Rejects with the system's error where the place cannot be bound. */
export async function openAdmin(view: AdminView, place: AdminPlace): Promise<AdminServer> {
  // Only here, since it takes time to load; an import would load a client of the web as well, which takes 13 MB.
  const { createServer } = process.getBuiltinModule('node:http');
  const server: Server = createServer((request, response) => void answer(request, response, view));
  server.maxConnections = 64;
  server.requestTimeout = 5000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: place.address, port: place.port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // Whoever opens it decides how long the program runs.
  server.unref();
  const { address, port } = server.address() as AddressInfo;
  return {
    place: { address, port },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, view: AdminView): Promise<void> {
  const bug = (error: unknown): Page => text(500, `A bug in Postern: ${String(error)}`);
  if (view.console !== undefined && isForConsole(request)) {
    const house = view.console;
    return import('./console-pages.ts').then(({ answerConsole }) => answerConsole(request, response, house)).catch((error: unknown) => (response.headersSent ? void response.destroy() : send(response, bug(error))));
  }
  return send(response, await pageFor(request, view).catch(bug));
}

function send(response: ServerResponse, { status, type, body, ...headers }: Page): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers });
  response.end(body);
}

/** What any other path refuses is refused there. */
function isForConsole({ method, url = '/', headers }: IncomingMessage): boolean {
  return /^\/console(?:[/?]|$)/.test(url) && isLocalHost(headers.host) && (method === 'GET' || method === 'HEAD');
}

type Answer = (view: AdminView, request: IncomingMessage) => Page | Promise<Page>;

const pages: Readonly<Record<string, Answer>> = {
  '/': (view, { headers }) => firstPage(view, headers.accept),
  '/healthz': () => text(200, 'ok'),
  '/readyz': (view) => text(view.readiness() === 'ready' ? 200 : 503, view.readiness()),
  '/status': (view) => json(view.statuses()),
  '/objects': (view) => json(view.objects?.() ?? []),
  '/config': (view) => json(view.configuration()),
  '/data-planes': (view) => json(dataPlanesOf(view)),
  '/explain': explanationPage,
  '/log': logPage,
  '/metrics': (view, { headers }) => metricsPage(view, headers.accept),
};

async function pageFor(request: IncomingMessage, view: AdminView): Promise<Page> {
  const { method, url = '/', headers } = request;
  if (!isLocalHost(headers.host)) return text(403, 'Only for requests to an address or to localhost.');
  if (method !== 'GET' && method !== 'HEAD') return { ...text(405, 'There is nothing to change here.'), allow: 'GET, HEAD' };
  const path = url.split('?', 1)[0]!;
  return Object.hasOwn(pages, path) ? pages[path]!(view, request) : text(404, 'There is /metrics, /healthz, /readyz, /status, /objects, /config, /explain and /log.');
}

/** People are led to the console, programs are told what there is. */
function firstPage({ console: house }: AdminView, accept = ''): Page {
  if (house !== undefined && accept.includes('text/html')) return { ...text(302, '/console/'), location: '/console/' };
  return text(200, `/metrics\n/healthz\n/readyz\n/status\n/objects\n/config\n/explain\n/log${house === undefined ? '' : '\n/console/'}`);
}

async function metricsPage(view: AdminView, accept: string | undefined): Promise<Page> {
  const format = accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'prometheus';
  return { status: 200, type: metricTypes[format], body: exposition(await view.metrics(), format) };
}

const askLike = 'ask with ?method=GET&url=http://HOST/PATH, and &header=NAME:VALUE for each header, or with ?object=KIND/NAME&namespace=NAME';

/** An explanation takes as long as many requests do, so nobody from elsewhere may ask for one; `kubectl port-forward` comes from this machine. */
async function explanationPage(view: AdminView, { url = '', socket }: IncomingMessage): Promise<Page> {
  if (!isLoopback(socket.remoteAddress)) return text(403, 'Only for requests from this machine; kubectl port-forward makes them so.');
  const query = url.slice('/explain?'.length);
  if (query === '' && view.explain !== undefined) return json({ problem: askLike });
  return json(await view.explain?.(query) ?? { problem: 'this program cannot explain' });
}

/** Lines tell of people, so they are for this machine alone; `route` is `HTTPRoute/NAMESPACE/NAME`. */
async function logPage(view: AdminView, { url = '', socket }: IncomingMessage): Promise<Page> {
  if (!isLoopback(socket.remoteAddress)) return text(403, 'Only for requests from this machine; kubectl port-forward makes them so.');
  const query = new URL(url, 'http://localhost').searchParams;
  const since = Number(query.get('since') ?? 0);
  if (!Number.isSafeInteger(since) || since < 0) return text(400, 'since is the number that the answer before had as next, or 0.');
  const recent = await view.recentLines?.(since);
  if (recent === undefined) return text(404, 'This program carries no requests itself; ask a data plane, or read its access log.');
  const { lines, next, lost } = recent;
  const wanted = query.getAll('route').map((it) => `"route":${JSON.stringify(it)}`);
  const fitting = wanted.length === 0 ? lines : lines.filter((line) => wanted.some((it) => line.includes(it)));
  return { status: 200, type: 'application/json', body: `{"next":${next},"lost":${lost},"lines":[${fitting.join(',\n')}]}\n` };
}

/** None where nobody follows. */
function dataPlanesOf(view: AdminView): unknown {
  return view.dataPlanes?.() ?? [];
}

function json(value: unknown): Page {
  return { status: 200, type: 'application/json', body: `${JSON.stringify(value, null, 2)}\n` };
}

function text(status: number, body: string): Page {
  return { status, type: plain, body: `${body}\n` };
}
