import type { VNode } from 'preact';
import { href, objectHref } from './place.ts';
import { useLive, useView } from './server.ts';
import type { FailureRow } from './shapes.ts';

/** Requests that ended badly while somebody looked, each with the way to why. `of`: only those that went through this box of the map. */
export function Failures({ of = '', most = 20 }: { readonly of?: string; readonly most?: number }): VNode | null {
  const { pulse } = useLive();
  const { value: rows = [] } = useView<readonly FailureRow[]>(pulse?.counts === true ? 'failures' : undefined, { of }, { follows: 'traffic' });
  if (pulse?.counts !== true) return null;
  return (
    <section>
      <h2>Lately refused or failed</h2>
      {rows.length === 0 ? <p class="empty">None since you look.</p> : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Lately refused or failed">
          <table class="failures">
            <thead><tr><th scope="col">Time</th><th scope="col">Answer</th><th scope="col">Request</th><th scope="col">Route</th></tr></thead>
            <tbody>{rows.slice(0, most).map(({ number, time, method, url, status, cause, keys }) => (
              <tr key={number}>
                <td>{time.slice(11, 19)}</td><td class={status === undefined || status >= 500 ? 'failed' : ''}>{status ?? 'none'} {cause ?? 'by the backend'}</td>
                <td><a href={href('request', { method, url })} aria-label={`Why: ${method} ${url}`}><code>{method} {url}</code></a></td><td>{keys.filter((key) => key.split('/').length === 3 && /^(?:http|grpc)route\//.test(key)).map((key) => <a href={objectHref(key)}>{key.slice(key.indexOf('/') + 1)}</a>)}</td>
              </tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </section>
  );
}
