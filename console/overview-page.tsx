import type { VNode } from 'preact';
import { Mark } from './mark.tsx';
import { href, objectHref } from './place.ts';
import { Plot, spoken } from './plot.tsx';
import { useLive, useView } from './server.ts';
import type { CertificateRow, DataPlaneRow, ObjectPanel, Overview, ProblemRow, Traffic } from './shapes.ts';
import { Words } from './words.tsx';

type Seen = Overview & { readonly certificates: readonly CertificateRow[]; readonly dataPlanes: readonly DataPlaneRow[] };

/** The first page: whether anything is to be done, and what. */
export function OverviewPage(): VNode {
  const { value, problem } = useView<Seen>('overview');
  if (value === undefined) return <p class="empty">{problem ?? 'Looking…'}</p>;
  const { state, verdict, problems, gateways, counts, certificates, dataPlanes } = value;
  const inSync = dataPlanes.filter((it) => it.state === 'in sync').length;
  return (
    <>
      <h1 class={`verdict ${state}`} tabIndex={-1}><Mark state={state} />{verdict}</h1>
      <p class="counts">
        <a href={href('map')}>{counted(counts.gateways, 'Gateway')}, {counted(counts.listeners, 'listener')}</a>
        {' · '}<a href={href('objects', { kind: 'HTTPRoute' })}>{counts.attached} of {counted(counts.routes, 'route')} attached</a>
        {' · '}<a href={href('map')}>{counts.ready} of {counted(counts.endpoints, 'endpoint')} of {counted(counts.services, 'Service port')} ready</a>
        {dataPlanes.length === 0 ? null : <>{' · '}<a class={inSync < dataPlanes.length ? 'failed' : ''} href={href('planes')}>{inSync} of {counted(dataPlanes.length, 'data plane')} in sync</a></>}
      </p>
      <Problems rows={problems.rows} total={problems.total} triesAreCheap={value.triesAreCheap} />
      <AllTraffic />
      <GatewayTable gateways={gateways} />
      {certificates.length === 0 ? null : (
        <section><h2>Certificates that need a look</h2><ul class="plain">{certificates.map((it) => <li><Mark state={it.state} /><Words text={it.secret} />, {it.names.join(', ')}: {it.mend ?? 'its end is unknown'}</li>)}</ul><p><a href={href('certificates')}>All certificates</a></p></section>
      )}
    </>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first ones, whose mends are tried. */
const tried = 3;

function Problems({ rows, total, triesAreCheap }: { readonly rows: readonly ProblemRow[]; readonly total: number; readonly triesAreCheap: boolean }): VNode | null {
  if (total === 0) return null;
  return (
    <section class="problems" aria-label="What needs mending">
      <ol>{rows.map((row, index) => <Problem key={row.key ?? row.place} row={row} tries={triesAreCheap && index < tried} />)}</ol>
      {total > rows.length ? <p><a href={href('problems')}>All {total}</a></p> : null}
    </section>
  );
}

/** What is the matter with one object. A mend that was tried takes the place of the usual one when it has come. */
function Problem({ row: { state, object, key, cause, mend, place, also }, tries }: { readonly row: ProblemRow; readonly tries: boolean }): VNode {
  const { value } = useView<ObjectPanel>(tries && key !== undefined ? 'object' : undefined, { name: key, tries: 'yes' });
  const better = value?.answer.cause === cause ? value.answer : undefined;
  const at = better === undefined ? place : better.place;
  return (
    <li class={state}>
      <h2><Mark state={state} />{key === undefined ? object === '' ? place ?? 'A file' : object : <a href={objectHref(key)}>{object}</a>}</h2>
      <dl>
        <dt>cause</dt><dd><Words text={cause} /></dd>
        <dt>mend</dt><dd>{at === undefined ? null : <code class="place">{at}</code>}<Words text={better?.mend ?? mend} /></dd>
        {also.map((text) => <><dt>also</dt><dd><Words text={text} /></dd></>)}
      </dl>
    </li>
  );
}

function AllTraffic(): VNode | null {
  const { pulse } = useLive();
  const { value } = useView<Traffic>(pulse?.counts === true ? 'traffic' : undefined, {}, { follows: 'traffic' });
  if (pulse?.counts !== true) return null;
  const all = value?.series['all'];
  return (
    <section>
      <h2>Traffic <small>{spoken(all)}</small></h2>
      {all === null || all === undefined ? null : <a class="plain" href={href('traffic')}><Plot series={all} steps={value?.steps ?? 90} size="large" label="Requests of the last minutes" /></a>}
    </section>
  );
}

function GatewayTable({ gateways }: Pick<Overview, 'gateways'>): VNode | null {
  if (gateways.length === 0) return null;
  return (
    <section>
      <h2>Gateways</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Gateways">
        <table>
          <thead><tr><th scope="col">Gateway</th><th scope="col">Address</th><th scope="col">Ports</th><th scope="col">Listeners</th><th scope="col">State</th></tr></thead>
          <tbody>
            {gateways.map((it) => (
              <tr>
                <th scope="row"><Mark state={it.state} /><a href={objectHref(it.key)}>{it.name}</a> <a class="aside" href={href('map', { focus: it.key })} aria-label={`${it.name} on the map`}>map</a></th>
                <td><code>{it.addresses.join(', ')}</code></td><td><code>{it.ports.join(', ')}</code></td><td>{it.served} of {it.listeners} served</td><td>{it.words}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
