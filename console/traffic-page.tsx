import type { VNode } from 'preact';
import { Failures } from './failures.tsx';
import { href, objectHref, type Place, setQuery } from './place.ts';
import { Plot, rateText, shareText, spoken } from './plot.tsx';
import { useLive, useView } from './server.ts';
import type { BusyRow, Page, Traffic } from './shapes.ts';

const groups: readonly (readonly [prefix: string, words: string])[] = [['', 'everything'], ['httproute/', 'HTTPRoutes'], ['grpcroute/', 'GRPCRoutes'], ['service/', 'Services'], ['gateway/', 'Gateways and listeners']];

/** What goes where, how much of it fails: by route, Service, listener; those with failures first. */
export function TrafficPage({ place }: { readonly place: Place }): VNode {
  const { pulse } = useLive();
  if (pulse?.counts === false) return <><h1 tabIndex={-1}>Traffic</h1><p class="empty">This program carries no traffic. Its data planes count it: look at /metrics of theirs.</p></>;
  return <CountedTraffic place={place} view={pulse?.counts === true} />;
}

function CountedTraffic({ place, view }: { readonly place: Place; readonly view: boolean }): VNode {
  const prefix = place.query.get('of') ?? '';
  const { value: all = nothingYet } = useView<Traffic>(view ? 'traffic' : undefined, {}, { follows: 'traffic' });
  const { value } = useView<Page<BusyRow>>(view ? 'busiest' : undefined, { prefix, count: '100' }, { follows: 'traffic' });
  const rows = (value?.rows ?? []).filter(({ key }) => key !== 'all');
  const series = all.series['all'];
  return (
    <>
      <h1 tabIndex={-1}>Traffic <small>{spoken(series)}</small></h1>
      <Plot series={series} steps={all.steps} size="large" label="All requests" />
      <p class="legend"><span class="rate">requests</span> <span class="refused">refused (4xx)</span> <span class="failed">failed (5xx, or no answer)</span> <span class="muted">the last {Math.round((all.steps * all.step) / 60)} minutes, since somebody looks</span></p>
      <Failures most={6} />
      <h2>By object</h2>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>Of <select value={prefix} onChange={({ currentTarget }) => setQuery(place, { of: currentTarget.value })}>{groups.map(([it, words]) => <option value={it}>{words}</option>)}</select></label>
      </form>
      {rows.length === 0 ? <p class="empty">No requests{' '}in these minutes.</p> : <BusyTable rows={rows} steps={all.steps} />}
    </>
  );
}

const nothingYet: Traffic = { step: 2, steps: 90, series: {} };

function BusyTable({ rows, steps }: { readonly rows: readonly BusyRow[]; readonly steps: number }): VNode {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Traffic by object">
      <table class="busy">
        <thead><tr><th scope="col">Of</th><th scope="col">Requests</th><th scope="col">Refused</th><th scope="col">Failed</th><th scope="col">Over time</th></tr></thead>
        <tbody>{rows.map(({ key, rate, failed, refused, series }) => (
          <tr key={key}><th scope="row"><a href={linkOf(key)}>{key}</a></th><td>{rateText(rate)}</td><td>{shareText(refused, rate)}</td><td class={failed > 0 ? 'failed' : ''}>{shareText(failed, rate)}</td><td><Plot series={series} steps={steps} label={key} /></td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}

/** Things that are no objects have their place on the map. */
function linkOf(key: string): string {
  const parts = key.split('/');
  return parts.length > 3 ? href('map', { focus: key }) : objectHref(key);
}
