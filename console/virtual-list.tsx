import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { ask, momentOf, queryText, useLive } from './server.ts';
import type { Page } from './shapes.ts';
import type { Query } from './place.ts';

/** Rows that are asked for together. */
const chunk = 60;

/** Rows of a long list, of which only those are asked for that somebody looks at. */
export interface Rows<T> {
  /** What is asked for; another list begins at its top. */
  readonly about: string;
  readonly total: number;
  row(index: number): T | undefined;
  /** Says which rows are looked at. */
  want(first: number, last: number): void;
  readonly problem?: string;
}

/** `pick` finds the list in what the view sends. */
export function useRows<T>(view: string, query: Query, pick: (value: never) => Page<T> | undefined): Rows<T> {
  const { pulse } = useLive();
  const about = `${view}?${queryText(query)}`;
  const kept = useRef({ about: '', isOld: false, rows: new Map<number, T>(), asked: new Set<number>(), total: 0 });
  const wanted = useRef({ first: 0, last: chunk - 1 });
  const [, redraw] = useState(0);
  const [problem, setProblem] = useState<string | undefined>();
  const load = (first: number, last: number): void => {
    const it = kept.current;
    for (let at = Math.floor(first / chunk); at <= Math.floor(Math.max(first, last) / chunk); at++) {
      if (it.asked.has(at)) continue;
      it.asked.add(at);
      ask<never>(view, `${queryText(query)}&from=${at * chunk}&count=${chunk}`).then(({ value, problem: why }) => {
        if (kept.current !== it) return;
        const page = value === undefined ? undefined : pick(value);
        setProblem(why);
        if (it.isOld) it.rows.clear();
        it.isOld = false;
        it.total = page?.total ?? 0;
        page?.rows.forEach((row, index) => it.rows.set(page.from + index, row));
        redraw((count) => count + 1);
      }, (error: unknown) => setProblem(String(error)));
    }
  };
  useEffect(() => {
    if (pulse === undefined) return;
    const before = kept.current;
    // What was there stays in sight until the new rows have come.
    kept.current = { about, isOld: true, rows: new Map(before.rows), asked: new Set(), total: before.total };
    if (before.about !== about) wanted.current = { first: 0, last: chunk - 1 };
    load(wanted.current.first, wanted.current.last);
  }, [about, momentOf(pulse)]);
  return {
    about, total: kept.current.total, row: (index) => kept.current.rows.get(index), ...(problem === undefined ? {} : { problem }),
    want(first, last) {
      wanted.current = { first, last };
      if (pulse !== undefined && kept.current.about === about) load(first, Math.min(last, Math.max(0, kept.current.total - 1)));
    },
  };
}

interface ListProps<T> {
  readonly rows: Rows<T>;
  /** Pixels. */
  readonly rowHeight: number;
  readonly label: string;
  readonly class?: string;
  draw(row: T, index: number): VNode;
}

/** A list that draws what is in sight. Arrow keys, Home, End and Page keys walk through it. */
export function VirtualList<T>({ rows, rowHeight, label, draw, class: name = '' }: ListProps<T>): VNode {
  const box = useRef<HTMLDivElement>(null);
  const [first, setFirst] = useState(0);
  const [height, setHeight] = useState(600);
  const [active, setActive] = useState(0);
  const shown = Math.ceil(height / rowHeight) + 6;
  const from = Math.max(0, Math.min(first - 3, rows.total - shown));
  const to = Math.min(rows.total, from + shown);
  useLayoutEffect(() => {
    const seen = new ResizeObserver(() => setHeight(box.current?.clientHeight ?? 600));
    if (box.current !== null) seen.observe(box.current);
    return () => seen.disconnect();
  }, []);
  useEffect(() => rows.want(from, to), [from, to, rows.total]);
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = 0;
    setActive(0);
  }, [rows.about]);
  const walk = (event: KeyboardEvent): void => {
    const step = stepOf(event.key, Math.max(1, Math.floor(height / rowHeight) - 1));
    if (step === undefined || rows.total === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.total - 1, active + step));
    setActive(next);
    const top = next * rowHeight;
    const it = box.current!;
    if (top < it.scrollTop) it.scrollTop = top;
    else if (top + rowHeight > it.scrollTop + it.clientHeight) it.scrollTop = top + rowHeight - it.clientHeight;
    setFirst(Math.floor(it.scrollTop / rowHeight));
    requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus({ preventScroll: true }));
  };
  const lines = [];
  for (let index = from; index < to; index++) {
    const row = rows.row(index);
    lines.push(
      <li key={index} data-index={index} aria-setsize={rows.total} aria-posinset={index + 1} style={{ top: `${index * rowHeight}px`, height: `${rowHeight}px` }} onFocusCapture={() => setActive(index)}>
        {row === undefined ? <span class="coming">…</span> : draw(row, index)}
      </li>,
    );
  }
  return (
    <div class={`list ${name}`} ref={box} onScroll={({ currentTarget }) => setFirst(Math.floor(currentTarget.scrollTop / rowHeight))} onKeyDown={walk} tabIndex={-1}>
      <ul aria-label={label} style={{ height: `${rows.total * rowHeight}px` }}>{lines}</ul>
    </div>
  );
}

/** How far a key goes; undefined where it goes nowhere. */
export function stepOf(key: string, page: number): number | undefined {
  switch (key) {
    case 'ArrowDown': return 1;
    case 'ArrowUp': return -1;
    case 'PageDown': return page;
    case 'PageUp': return -page;
    case 'Home': return -Infinity;
    case 'End': return Infinity;
    default: return undefined;
  }
}
