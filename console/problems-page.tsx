import type { VNode } from 'preact';
import { Mark } from './mark.tsx';
import { href, objectHref } from './place.ts';
import type { Page, ProblemRow } from './shapes.ts';
import { useRows, VirtualList } from './virtual-list.tsx';

/** Everything that needs mending, however much it is. */
export function ProblemsPage(): VNode {
  const rows = useRows<ProblemRow>('problems', {}, (it: Page<ProblemRow>) => it);
  return (
    <>
      <h1 tabIndex={-1}>What needs mending <small>{rows.total}</small></h1>
      <VirtualList class="tall problems-list" rows={rows} rowHeight={84} label="What needs mending" draw={({ state, object, key, cause, mend, place }) => (
        <a class="row" href={key === undefined ? href('problems') : objectHref(key)}>
          <span class="title"><Mark state={state} />{object === '' ? place : object}</span><span class="line" title={cause}>{cause}</span><span class="line muted" title={mend}>{mend}</span>
        </a>
      )} />
    </>
  );
}
