import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { boxHeight, type LaneSight } from './lane.tsx';
import type { LaneName } from './shapes.ts';

interface EdgesProps {
  readonly names: readonly LaneName[];
  readonly sights: Readonly<Partial<Record<LaneName, LaneSight>>>;
  readonly focus: string | undefined;
}

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly height: number;
}

/** Lines are many where a listener has many routes; more than these say nothing. */
const most = 400;

/** Lines from the boxes in sight to those that they lead to. Names and order say the same to those who do not see them. */
export function Edges({ names, sights, focus }: EdgesProps): VNode {
  const svg = useRef<SVGSVGElement>(null);
  const [frames, setFrames] = useState<readonly Frame[]>([]);
  useLayoutEffect(() => {
    const map = svg.current?.parentElement;
    if (map === null || map === undefined) return undefined;
    const measure = (): void => {
      const own = map.getBoundingClientRect();
      setFrames([...map.querySelectorAll('.boxes')].map((it) => {
        const { left, right, top, height } = it.getBoundingClientRect();
        return { left: left - own.left + map.scrollLeft, right: right - own.left + map.scrollLeft, top: top - own.top, height };
      }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(map);
    return () => observer.disconnect();
  }, [names.length]);
  const width = frames.at(-1)?.right ?? 0;
  return <svg class="edges" ref={svg} aria-hidden="true" width={width}>{frames.length < names.length ? null : edgePaths(names, sights, frames).map(({ path, key, state }) => <path key={key} d={path} class={`${state}${focus === undefined ? '' : ' focused'}`} />)}</svg>;
}

function edgePaths(names: readonly LaneName[], sights: EdgesProps['sights'], frames: readonly Frame[]): { readonly key: string; readonly path: string; readonly state: string }[] { // oxlint-disable-line max-params -- what is in sight, and where.
  const paths = names.slice(0, -1).flatMap((name, lane) => {
    const [from, to] = [sights[name], sights[names[lane + 1]!]];
    const [left, right] = [frames[lane]!, frames[lane + 1]!];
    if (from === undefined || to === undefined) return [];
    const begins = new Map(from.rows.map((row, index) => [row.key, middle(from, index)]));
    const ends = new Map(to.rows.map((row, index) => [row.key, { y: middle(to, index), state: row.state }]));
    // Each end names some of the others; together they name every line between what is in sight.
    const pairs = new Map([...from.rows.flatMap(({ key, to: next }) => next.map((it) => [`${key} ${it}`, [key, it]] as const)), ...to.rows.flatMap(({ key, from: before = [] }) => before.map((it) => [`${it} ${key}`, [it, key]] as const))]);
    return [...pairs].flatMap(([key, [first, second]]) => {
      const [begin, end] = [begins.get(first), ends.get(second)];
      if (begin === undefined || end === undefined || begin < 0 || begin > left.height || end.y < 0 || end.y > right.height) return [];
      const [x1, y1, x2, y2] = [left.right, left.top + begin, right.left, right.top + end.y];
      const bend = (x2 - x1) / 2;
      return [{ key, state: end.state === 'bad' ? 'bad' : 'good', path: `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}` }];
    });
  });
  return paths.slice(0, most);
}

/** Where the middle of a box is, from the top of its lane. */
function middle({ first, scrollTop }: LaneSight, index: number): number {
  return (first + index) * boxHeight - scrollTop + (boxHeight - 8) / 2;
}
