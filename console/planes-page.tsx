import type { VNode } from 'preact';
import { Mark } from './mark.tsx';
import { objectHref } from './place.ts';
import { useLive, useView } from './server.ts';
import type { DataPlaneRow } from './shapes.ts';

const states = { 'in sync': 'good', behind: 'warning', refused: 'bad' } as const;
const words = { 'in sync': 'has the newest configuration', behind: 'has not answered to the newest configuration yet', refused: 'refused the newest configuration, and serves the one before' } as const;

/** Who carries the traffic, and whether each has the newest configuration. */
export function PlanesPage(): VNode {
  const { pulse } = useLive();
  const { value } = useView<readonly DataPlaneRow[]>('planes', {}, { follows: 'traffic' });
  const rows = value ?? [];
  return (
    <>
      <h1 tabIndex={-1}>Data planes</h1>
      {pulse?.planes === false ? <p class="empty">This program carries the traffic itself; revision {pulse.revision} is in force.</p> : rows.length === 0 ? <p class="empty">No data plane follows this controller.</p> : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Data planes">
          <table>
            <thead><tr><th scope="col">Data plane</th><th scope="col">Gateway</th><th scope="col">State</th></tr></thead>
            <tbody>{rows.map(({ name, gateway, state, message }) => (
              <tr><th scope="row"><Mark state={states[state]} />{name}</th><td>{gateway === '*' ? 'every Gateway' : <a href={objectHref(`gateway/${gateway}`)}>{gateway}</a>}</td><td>{state}: {words[state]}{message === undefined ? '' : `: ${message}`}</td></tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </>
  );
}
