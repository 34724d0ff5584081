import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { Mark } from './mark.tsx';
import { objectHref, type Place, setQuery } from './place.ts';
import { useView } from './server.ts';
import type { ObjectRow, Page } from './shapes.ts';
import { useRows, VirtualList } from './virtual-list.tsx';

interface Counts {
  readonly kinds: Readonly<Record<string, number>>;
  readonly namespaces: readonly string[];
}

/** Every object, to be narrowed down by kind, namespace, state and text. */
export function ObjectsPage({ place }: { readonly place: Place }): VNode {
  const given = (name: string): string => place.query.get(name) ?? '';
  const query = { kind: given('kind'), namespace: given('namespace'), state: given('state'), q: given('q') };
  const rows = useRows<ObjectRow>('objects', query, (it: Page<ObjectRow>) => it);
  const { value } = useView<Counts>('objects', { count: '0' });
  const typing = useRef<number | undefined>(undefined);
  return (
    <>
      <h1 tabIndex={-1}>Objects <small role="status">{rows.total}</small></h1>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        <label>Text <input type="search" value={query.q} onInput={({ currentTarget: { value: q } }) => { clearTimeout(typing.current); typing.current = window.setTimeout(() => setQuery(place, { q }), 120); }} /></label>
        <Choice label="Kind" value={query.kind} all="every kind" choices={Object.entries(value?.kinds ?? {}).map(([kind, count]) => [kind, `${kind} (${count})`])} choose={(kind) => setQuery(place, { kind })} />
        <Choice label="Namespace" value={query.namespace} all="every namespace" choices={(value?.namespaces ?? []).map((it) => [it, it])} choose={(namespace) => setQuery(place, { namespace })} />
        <Choice label="State" value={query.state} all="every state" choices={[['bad', 'broken'], ['warning', 'to look at'], ['good', 'good']]} choose={(state) => setQuery(place, { state })} />
      </form>
      {rows.total === 0 ? <p class="empty">{rows.problem ?? 'No object is like that.'}</p> : null}
      <VirtualList class="tall" rows={rows} rowHeight={40} label="Objects" draw={({ key, kind, namespace, name, state, words }) => (
        <a class="row object" href={objectHref(key)}><Mark state={state} /><span class="kind">{kind}</span><span class="name">{namespace === '' ? '' : <span class="muted">{namespace}/</span>}{name}</span><span class="line muted">{words}</span></a>
      )} />
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly all: string;
  readonly choices: readonly (readonly [value: string, words: string])[];
  choose(value: string): void;
}

function Choice({ label, value, all, choices, choose }: ChoiceProps): VNode {
  const known = value === '' || choices.some(([it]) => it === value) ? choices : [[value, value] as const, ...choices];
  return (
    <label>{label} <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      <option value="">{all}</option>{known.map(([it, words]) => <option value={it}>{words}</option>)}
    </select></label>
  );
}
