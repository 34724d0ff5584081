import type { VNode } from 'preact';
import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { Answer } from './answer.tsx';
import { Edges } from './edges.tsx';
import { Lane, type LaneSight } from './lane.tsx';
import { href, objectHref, type Place, setQuery } from './place.ts';
import { useLive, useView } from './server.ts';
import type { LaneName, MapPart, ObjectPanel, Traffic } from './shapes.ts';

const lanes: readonly (readonly [name: LaneName, title: string])[] = [
  ['gateways', 'Gateways'], ['listeners', 'Listeners'], ['routes', 'Routes'], ['rules', 'Rules'], ['services', 'Services'], ['endpoints', 'Endpoints'],
];

type Sights = Readonly<Partial<Record<LaneName, LaneSight>>>;

/** The way of the traffic as a picture: a lane for each kind of thing, and lines between those that are in sight. */
export function MapPage({ place }: { readonly place: Place }): VNode {
  const focus = place.query.get('focus') ?? undefined;
  const text = place.query.get('q') ?? '';
  const { value } = useView<MapPart>('map', { focus, q: text, count: '0' });
  const [sights, setSights] = useState<Sights>({});
  const see = useCallback((name: LaneName, sight: LaneSight) => setSights((before) => ({ ...before, [name]: sight })), []);
  const leader = useRef<LaneName | undefined>(undefined);
  const traffic = useSeenTraffic(sights);
  const about = value?.focus;
  return (
    <>
      <div class="maphead">
        <h1 tabIndex={-1}>Map</h1>
        <form class="filters" onSubmit={(event) => event.preventDefault()}><label>Show <input type="search" placeholder="what has this in its name" value={text} onInput={({ currentTarget: { value: q } }) => setQuery(place, { q, focus: undefined })} /></label></form>
        {about === undefined ? <p class="muted">Choose a box to see only what leads to it and what it leads to. Arrow keys walk.</p> : <p>What leads to <strong>{about.title}</strong>, and what it leads to. <a href={href('map')}>Show all</a></p>}
      </div>
      {about === undefined ? null : <About name={about.object} />}
      {value !== undefined && Object.values(value.lanes).every((it) => it.total === 0) ? <p class="empty">{text === '' ? 'There is nothing to serve yet: no Gateway of a class that is served here.' : 'Nothing has this in its name.'}</p> : null}
      <div class="map">
        <Edges names={lanes.map(([name]) => name)} sights={sights} focus={focus} />
        {lanes.map(([name, title], index) => (
          <Lane key={name} name={name} title={title} query={{ focus, q: text }} focus={focus} traffic={traffic} see={see} leader={leader} sights={sights} neighbours={[lanes[index - 1]?.[0], lanes[index + 1]?.[0]]} />
        ))}
      </div>
    </>
  );
}

/** Status in words beside the picture. */
function About({ name }: { readonly name: string }): VNode | null {
  const { value, isOld } = useView<ObjectPanel>('object', { name });
  if (value === undefined || isOld) return <div class="answer waiting" />;
  const { answer: { object, state: words, cause, mend, place }, state } = value;
  return <Answer level={2} state={state} head={<><a href={objectHref(name)}>{object}</a>: <strong>{words}</strong></>} cause={cause} mend={mend} place={place} />;
}

/** The traffic of the boxes that are in sight. */
function useSeenTraffic(sights: Sights): Traffic | undefined {
  const { pulse } = useLive();
  const keys = useMemo(() => (['gateways', 'listeners', 'routes', 'rules', 'services'] as const).flatMap((name) => sights[name]?.rows.map(({ key }) => key) ?? []).slice(0, 150), [sights]);
  const { value } = useView<Traffic>(pulse?.counts === true && keys.length > 0 ? 'traffic' : undefined, {}, { keys, follows: 'traffic' });
  return value;
}
