import type { RefObject, VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Mark } from './mark.tsx';
import { href, type Query } from './place.ts';
import { Plot } from './plot.tsx';
import type { LaneName, LanePart, MapPart, MapRow, Traffic } from './shapes.ts';
import { stepOf, useRows } from './virtual-list.tsx';

/** Pixels of a box with the space below it. */
export const boxHeight = 74;

/** The boxes of a lane that are in sight, and where. */
export interface LaneSight {
  readonly rows: readonly MapRow[];
  /** Index of the first of them. */
  readonly first: number;
  readonly scrollTop: number;
  readonly total: number;
  readonly height: number;
}

interface LaneProps {
  readonly name: LaneName;
  readonly title: string;
  readonly query: Query;
  readonly focus: string | undefined;
  readonly traffic: Traffic | undefined;
  /** The lane that a person scrolls; the others follow it. */
  readonly leader: RefObject<LaneName | undefined>;
  readonly sights: Readonly<Partial<Record<LaneName, LaneSight>>>;
  readonly neighbours: readonly [before: LaneName | undefined, after: LaneName | undefined];
  see(name: LaneName, sight: LaneSight): void;
}

/** One lane of the map: a list of boxes, of which those in sight are drawn. */
export function Lane({ name, title, query, focus, traffic, leader, sights, neighbours, see }: LaneProps): VNode {
  const rows = useRows<MapRow>('map', { ...query, lane: name }, (it: MapPart) => it.lanes[name] as LanePart);
  const box = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [height, setHeight] = useState(480);
  const [active, setActive] = useState<string | undefined>();
  const first = Math.max(0, Math.floor(scrollTop / boxHeight) - 1);
  const last = Math.min(rows.total, Math.ceil((scrollTop + height) / boxHeight) + 1);
  const seen = Array.from({ length: Math.max(0, last - first) }, (_, index) => rows.row(first + index));
  useLayoutEffect(() => {
    const observer = new ResizeObserver(() => setHeight(box.current?.clientHeight ?? 480));
    if (box.current !== null) observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  useEffect(() => rows.want(first, last), [first, last, rows.total, rows.about]);
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = 0;
  }, [rows.about]);
  const signature = seen.map((it) => (it === undefined ? '' : `${it.key} ${it.to.length}`)).join('\n');
  useEffect(() => see(name, { rows: seen.filter((it) => it !== undefined), first, scrollTop, total: rows.total, height }), [signature, scrollTop, rows.total, height]);
  useFollowing(box, name, { leader, sights, total: rows.total });
  const take = (): void => { leader.current = name; };
  const step = (event: KeyboardEvent): void => walk(event, { box: box.current!, neighbours, setActive, total: rows.total });
  const tabbable = seen.some((it) => it?.key === active) ? active : seen.find((it) => it !== undefined)?.key;
  return (
    <section class={`lane ${name}`} aria-label={title} data-lane={name}>
      <h2>{title} <small>{rows.total}</small></h2>
      <div class="boxes" ref={box} tabIndex={-1} onPointerEnter={take} onTouchStart={take} onFocusCapture={take} onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)} onKeyDown={step}>
        <ul style={{ height: `${rows.total * boxHeight}px` }}>
          {seen.map((row, index) => (row === undefined ? null : (
            <li key={row.key} data-index={first + index} aria-setsize={rows.total} aria-posinset={first + index + 1} style={{ top: `${(first + index) * boxHeight}px` }}>
              <Box row={row} isFocus={row.key === focus} query={query} isTabbable={row.key === tabbable} series={traffic?.series[row.key]} steps={traffic?.steps} enter={() => setActive(row.key)} />
            </li>
          )))}
        </ul>
      </div>
    </section>
  );
}

interface BoxProps {
  readonly row: MapRow;
  readonly isFocus: boolean;
  readonly isTabbable: boolean;
  readonly query: Query;
  readonly series: Traffic['series'][string] | undefined;
  readonly steps: number | undefined;
  enter(): void;
}

function Box({ row: { key, title, words, state, to }, isFocus, isTabbable, query, series, steps, enter }: BoxProps): VNode {
  return (
    <a class={`box ${state}${isFocus ? ' focus' : ''}${series === undefined || series === null ? '' : ' plotted'}`} href={isFocus ? href('map', { q: query['q'] }) : href('map', { focus: key, q: query['q'] })} tabIndex={isTabbable ? 0 : -1} onFocus={enter} title={`${title}\n${words}`}
      {...(isFocus ? { 'aria-current': 'true' as const } : {})}>
      <span class="title"><Mark state={state} isQuiet={state === 'good'} /><span>{title}</span></span>
      <span class="line">{words}{to.length > 1 ? <span class="unseen">, leads to {to.length}</span> : null}</span>
      {series === undefined || series === null ? null : <Plot series={series} steps={steps ?? 90} label="traffic" />}
    </a>
  );
}

interface Following {
  readonly leader: RefObject<LaneName | undefined>;
  readonly sights: LaneProps['sights'];
  readonly total: number;
}

/** A lane that nobody scrolls keeps to the same part of its list as the one that somebody does, so that lines stay in sight. */
function useFollowing(box: RefObject<HTMLDivElement | null>, name: LaneName, { leader, sights, total }: Following): void { // oxlint-disable-line max-params -- which lane, and whom it follows.
  const led = leader.current === undefined || leader.current === name ? undefined : sights[leader.current];
  useEffect(() => {
    const it = box.current;
    if (it === null || led === undefined) return;
    const range = led.total * boxHeight - led.height;
    const own = total * boxHeight - it.clientHeight;
    if (range > 0 && own > 0) it.scrollTop = (led.scrollTop / range) * own;
  }, [led?.scrollTop, led?.total, total]);
}

interface Walk {
  readonly box: HTMLElement;
  readonly neighbours: LaneProps['neighbours'];
  readonly total: number;
  setActive(key: string | undefined): void;
}

/** Up and down in a lane, left and right to the nearest box of the next one. */
function walk(event: KeyboardEvent, { box, neighbours, total }: Walk): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null) return;
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    const lane = neighbours[event.key === 'ArrowLeft' ? 0 : 1];
    const links = [...document.querySelectorAll<HTMLElement>(`[data-lane="${lane}"] a.box`)];
    const { top } = link.getBoundingClientRect();
    links.sort((a, b) => Math.abs(a.getBoundingClientRect().top - top) - Math.abs(b.getBoundingClientRect().top - top))[0]?.focus();
    event.preventDefault();
    return;
  }
  const step = stepOf(event.key, Math.max(1, Math.floor(box.clientHeight / boxHeight) - 1));
  if (step === undefined) return;
  event.preventDefault();
  const index = Math.max(0, Math.min(total - 1, Number((link.parentElement as HTMLElement).dataset['index']) + step));
  const top = index * boxHeight;
  if (top < box.scrollTop) box.scrollTop = top;
  else if (top + boxHeight > box.scrollTop + box.clientHeight) box.scrollTop = top + boxHeight - box.clientHeight;
  focusSoon(box, index, 20);
}

/** A box that was far away has to be drawn, and perhaps to be asked for, before it can be focused. */
function focusSoon(box: HTMLElement, index: number, tries: number): void { // oxlint-disable-line max-params -- a box and patience.
  const link = box.querySelector<HTMLElement>(`[data-index="${index}"] a`);
  if (link !== null) link.focus({ preventScroll: true });
  else if (tries > 0) requestAnimationFrame(() => focusSoon(box, index, tries - 1));
}
