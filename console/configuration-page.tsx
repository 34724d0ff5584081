import type { VNode } from 'preact';
import { href, type Place, setQuery } from './place.ts';
import type { Page, StageName, StageRow } from './shapes.ts';
import { StageView } from './stage-view.tsx';
import { useRows, VirtualList } from './virtual-list.tsx';

/** The stages in their order, each with what it is. */
const stages: readonly (readonly [name: StageName, title: string, words: string])[] = [
  ['objects', 'Objects', 'as written'], ['graph', 'Graph', 'as joined: every decision with its reason'], ['ir', 'IR', "in a proxy's words: what is in force"], ['xds', 'xDS', 'what Envoy is given, where one carries the traffic'],
];

/** The configuration as YAML at every stage, with ways from one to the next. */
export function ConfigurationPage({ place }: { readonly place: Place }): VNode {
  const stage = stages.find(([name]) => name === place.path[1])?.[0] ?? 'objects';
  const key = place.query.get('key') ?? '';
  const q = place.query.get('q') ?? '';
  const rows = useRows<StageRow>('stages', { stage, q }, (it: Page<StageRow>) => it);
  return (
    <>
      <h1 tabIndex={-1}>Configuration</h1>
      <nav class="stages" aria-label="Stages">{stages.map(([name, title, words]) => <a href={href(`configuration/${name}`)} {...(name === stage ? { 'aria-current': 'page' as const } : {})}><strong>{title}</strong><span>{words}</span></a>)}</nav>
      <div class="split">
        <div>
          <form class="filters" onSubmit={(event) => event.preventDefault()}><label>Entry <input type="search" value={q} onInput={({ currentTarget }) => setQuery(place, { q: currentTarget.value })} /></label><span class="muted" role="status">{rows.total}</span></form>
          {rows.total === 0 ? <p class="empty">No entry is like that.</p> : null}
          <VirtualList class="tall" rows={rows} rowHeight={44} label="Entries" draw={(it) => (
            <a class="row entry" href={href(`configuration/${stage}`, { key: it.key, q })} {...(it.key === key ? { 'aria-current': 'true' as const } : {})}><span class="kind">{it.kind}</span><span class="line">{it.title}</span></a>
          )} />
        </div>
        <div class="content">{key === '' ? <p class="empty">Choose an entry.</p> : <StageView stage={stage} keyOf={key} withRelated />}</div>
      </div>
    </>
  );
}
