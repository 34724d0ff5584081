/** A request that was refused or failed, with what is needed to explain it. */
export interface FailureRow {
  /** Counts up; the newest has the highest. */
  readonly number: number;
  /** RFC 3339. */
  readonly time: string;
  readonly method: string;
  readonly url: string;
  /** Absent where the client got no answer. */
  readonly status?: number;
  /** A cause of docs/errors.md; absent where a backend answered so. */
  readonly cause?: string;
  /** Keys of what it went through, as the map has them. */
  readonly keys: readonly string[];
  readonly durationMs: number;
}

/** Lines of the access log since a number, as a data plane hands them out. */
export type LineReader = (since: number) => Promise<{ readonly lines: readonly string[]; readonly next: number }> | undefined;

/** So many are remembered. */
const most = 200;

/** The requests that ended badly since somebody looks. Lines are made, and read, only for those who look. */
export class RecentFailures {
  #next = 0;
  #number = 0;
  #rows: FailureRow[] = [];

  /** The newest first; `key`: only those that went through it. */
  async read(lines: LineReader, key: string): Promise<readonly FailureRow[]> {
    const found = await lines(this.#next);
    if (found !== undefined) {
      this.#next = found.next;
      for (const line of found.lines) this.#take(line);
      this.#rows = this.#rows.slice(-most);
    }
    return this.#rows.filter(({ keys }) => key === '' || keys.includes(key)).reverse();
  }

  #take(text: string): void {
    const line = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const status = line['http.response.status_code'];
    const isBad = line['kind'] === 'request' && (typeof status !== 'number' || status >= 400 || line['ending'] === 'broken');
    if (!isBad) return;
    this.#rows.push({
      number: ++this.#number, time: said(line, 'time'), method: said(line, 'http.request.method'), url: urlOf(line), ...(typeof status === 'number' ? { status } : {}),
      ...(said(line, 'error.type') === '' ? {} : { cause: said(line, 'error.type') }), keys: keysOf(line), durationMs: Number(line['duration_ms'] ?? 0),
    });
  }
}

function said(line: Readonly<Record<string, unknown>>, key: string): string {
  const value = line[key];
  return typeof value === 'string' ? value : '';
}

function urlOf(line: Readonly<Record<string, unknown>>): string {
  const [scheme, host, port] = [said(line, 'url.scheme') || 'http', said(line, 'server.address'), line['server.port']];
  const isUsual = port === undefined || port === (scheme === 'https' ? 443 : 80);
  const query = said(line, 'url.query');
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}${isUsual ? '' : `:${String(port)}`}${said(line, 'url.path')}${query === '' ? '' : `?${query}`}`;
}

/** `HTTPRoute/shop/cart` → `httproute/shop/cart`; the kind alone is written otherwise. */
function keysOf(line: Readonly<Record<string, unknown>>): string[] {
  const lower = (text: string): string => text.replace(/^[^/]+/, (kind) => kind.toLowerCase());
  const [gateway, set, listener, route, backend] = [said(line, 'gateway'), said(line, 'listener_set'), said(line, 'listener'), said(line, 'route'), said(line, 'backend')];
  const owner = set === '' ? `gateway/${gateway}` : `listenerset/${set}`;
  const service = lower(backend).replace(/:\d+$/, '');
  return [`gateway/${gateway}`, ...(listener === '' ? [] : [`${owner}/${listener}`]), ...(route === '' ? [] : [lower(route), `${lower(route)}/rules/${said(line, 'rule')}`]), ...(backend === '' ? [] : [service, lower(backend).replace(/:(\d+)$/, '/$1')])];
}
