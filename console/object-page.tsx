import type { VNode } from 'preact';
import { Answer } from './answer.tsx';
import { Failures } from './failures.tsx';
import { Mark } from './mark.tsx';
import { href } from './place.ts';
import { Plot, spoken } from './plot.tsx';
import { useLive, useView } from './server.ts';
import type { ObjectPanel, Traffic } from './shapes.ts';
import { Words } from './words.tsx';
import { StageView } from './stage-view.tsx';

/** One object: its state in words with the mend, what takes part, its conditions, its traffic, and how it is written. */
export function ObjectPage({ name }: { readonly name: string }): VNode {
  const { value: first, problem } = useView<ObjectPanel>('object', { name });
  // Looking for a change that mends it takes a while, so the answer without it stands there before.
  const { value: tried, isOld } = useView<ObjectPanel>(first === undefined || first.answer.isGood ? undefined : 'object', { name, tries: 'yes' });
  if (first === undefined) return <><h1 tabIndex={-1}>{name}</h1><p class="empty">{problem ?? 'Looking…'}</p></>;
  const panel = tried !== undefined && !isOld ? tried : first;
  const { answer: { object, state: words, cause, mend, place, also, parts }, state, conditions, box } = panel;
  return (
    <>
      <Answer state={state} head={<>{object}: <strong>{words}</strong></>} cause={cause} mend={mend} place={place} also={also} />
      <nav class="ways" aria-label="This object elsewhere">
        {box === undefined ? null : <a href={href('map', { focus: box })}>On the map</a>}
        {panel.kind === 'listener' ? null : <a href={href('configuration/objects', { key: panel.key })}>As written, and at every stage</a>}
      </nav>
      {parts.length === 0 ? null : (
        <section>
          <h2>What takes part</h2>
          <ul class="parts">{parts.map((it) => <li class={it.state}><Mark state={it.state === 'note' ? 'unknown' : it.state} /><span><Words text={it.object} /></span><span><Words text={it.words} /></span></li>)}</ul>
        </section>
      )}
      <OwnTraffic keyOf={box ?? panel.key} />
      {box === undefined ? null : <Failures of={box} />}
      {conditions.length === 0 ? null : (
        <section>
          <h2>Conditions</h2>
          <div class="scroll" tabIndex={0} role="region" aria-label="Conditions">
            <table class="conditions">
              <thead><tr><th scope="col">Of</th><th scope="col">Type</th><th scope="col">Status</th><th scope="col">Reason</th><th scope="col">Message</th></tr></thead>
              <tbody>{conditions.map((it) => <tr><td>{it.of}</td><td>{it.type}</td><td>{it.status}</td><td>{it.reason}</td><td><Words text={it.message} /></td></tr>)}</tbody>
            </table>
          </div>
        </section>
      )}
      {panel.kind === 'listener' ? null : <section><h2>As written</h2><StageView stage="objects" keyOf={panel.key} /></section>}
    </>
  );
}

function OwnTraffic({ keyOf }: { readonly keyOf: string }): VNode | null {
  const { pulse } = useLive();
  const { value } = useView<Traffic>(pulse?.counts === true ? 'traffic' : undefined, {}, { keys: [keyOf], follows: 'traffic' });
  const series = value?.series[keyOf];
  if (pulse?.counts !== true || series === null || series === undefined) return null;
  return <section><h2>Traffic <small>{spoken(series)}</small></h2><Plot series={series} steps={value?.steps ?? 90} size="large" label={`Requests of ${keyOf}`} /></section>;
}
