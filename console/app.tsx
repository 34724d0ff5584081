import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CertificatesPage } from './certificates-page.tsx';
import { ConfigurationPage } from './configuration-page.tsx';
import { MapPage } from './map-page.tsx';
import { ObjectPage } from './object-page.tsx';
import { ObjectsPage } from './objects-page.tsx';
import { OverviewPage } from './overview-page.tsx';
import { href, type Place, sourceHref, usePlace } from './place.ts';
import { PlanesPage } from './planes-page.tsx';
import { ProblemsPage } from './problems-page.tsx';
import { RequestPage } from './request-page.tsx';
import { SearchBox } from './search-box.tsx';
import { LiveContext, useEvents, useLive } from './server.ts';
import { ThemeButton } from './theme.tsx';
import { TrafficPage } from './traffic-page.tsx';

const pages: readonly (readonly [path: string, title: string])[] = [
  ['', 'Overview'], ['map', 'Map'], ['request', 'Request'], ['objects', 'Objects'], ['traffic', 'Traffic'], ['certificates', 'Certificates'], ['planes', 'Data planes'], ['configuration', 'Configuration'],
];

export function App(): VNode {
  const place = usePlace();
  const live = useEvents();
  const main = useRef<HTMLElement>(null);
  const where = place.path.join('/');
  const isFirst = useRef(true);
  useEffect(() => {
    const named = pages.find(([path]) => path === (place.path[0] ?? ''))?.[1] ?? place.path.slice(1).join('/');
    document.title = `${named === '' ? 'Overview' : named} · Postern`;
    // Who walks by keyboard or ear begins at the top of the new page.
    if (!isFirst.current) main.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
    isFirst.current = false;
    scrollTo(0, 0);
  }, [where]);
  const current = place.path[0] === 'object' || place.path[0] === 'problems' ? (place.path[0] === 'object' ? 'objects' : '') : place.path[0] ?? '';
  return (
    <LiveContext.Provider value={live}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>To the content</a>
      <header>
        <a class="home" href={href('')} aria-label="Postern, overview"><Gate /><span>Postern</span></a>
        <SearchBox />
        <p class="live" role="status">{live.isLost ? <span class="lost">Nobody answers. What you see may be old.</span> : live.pulse === undefined ? '…' : <><span class="dot" aria-hidden="true" />{live.pulse.title}, revision {live.pulse.revision}</>}</p>
        <SourceChoice />
        <ThemeButton />
      </header>
      <nav class="pages" aria-label="Pages"><ul>{pages.map(([path, title]) => <li><a href={href(path)} {...(path === current ? { 'aria-current': 'page' as const } : {})}>{title}</a></li>)}</ul></nav>
      <main ref={main} id="main" tabIndex={-1}><PageAt place={place} /></main>
    </LiveContext.Provider>
  );
}

function PageAt({ place }: { readonly place: Place }): VNode {
  switch (place.path[0]) {
    case undefined: return <OverviewPage />;
    case 'problems': return <ProblemsPage />;
    case 'map': return <MapPage place={place} />;
    case 'request': return <RequestPage place={place} />;
    case 'objects': return <ObjectsPage place={place} />;
    case 'object': return <ObjectPage name={place.path.slice(1).join('/')} key={place.path.join('/')} />;
    case 'traffic': return <TrafficPage place={place} />;
    case 'certificates': return <CertificatesPage />;
    case 'planes': return <PlanesPage />;
    case 'configuration': return <ConfigurationPage place={place} />;
    default: return <><h1 tabIndex={-1}>There is no such page</h1><p><a href={href('')}>To the overview</a></p></>;
  }
}

/** Where a controller has several classes, each is looked at alone. */
function SourceChoice(): VNode | null {
  const { pulse } = useLive();
  if (pulse === undefined || pulse.sources.length < 2) return null;
  return <label><span class="unseen">Class</span><select value={pulse.of} onChange={({ currentTarget }) => location.assign(sourceHref(currentTarget.value))}>{pulse.sources.map((it) => <option value={it}>{it}</option>)}</select></label>;
}

function Gate(): VNode {
  return <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 21V11a8 8 0 0 1 16 0v10M9.5 21v-9.5a2.5 2.5 0 0 1 5 0V21" /></svg>;
}
