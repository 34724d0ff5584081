import type { VNode } from 'preact';
import { Mark } from './mark.tsx';
import { objectHref } from './place.ts';
import { useView } from './server.ts';
import type { CertificateRow } from './shapes.ts';
import { Words } from './words.tsx';

/** Every certificate, the first to end first. */
export function CertificatesPage(): VNode {
  const { value, problem } = useView<readonly CertificateRow[]>('certificates');
  return (
    <>
      <h1 tabIndex={-1}>Certificates</h1>
      {value === undefined || value.length === 0 ? <p class="empty">{value === undefined ? problem ?? 'Looking…' : 'No listener has a certificate.'}</p> : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Certificates">
          <table>
            <thead><tr><th scope="col">Secret</th><th scope="col">Days left</th><th scope="col">Ends</th><th scope="col">For</th><th scope="col">Shown by</th></tr></thead>
            <tbody>{value.map(({ key, secret, names, usedBy, ends, daysLeft, state, mend }) => (
              <tr><th scope="row"><Mark state={state} /><a href={objectHref(key)}>{secret}</a></th><td class={state}>{daysLeft === undefined ? '' : daysLeft < 0 ? `ended ${-daysLeft} days ago` : daysLeft}</td><td>{ends?.slice(0, 10)}{mend === undefined ? null : <p class="mend">{mend}</p>}</td><td>{names.map((it) => <code>{it}</code>)}</td><td>{usedBy.map((it) => <p><Words text={it} /></p>)}</td></tr>
            ))}</tbody>
          </table>
        </div>
      )}
    </>
  );
}
