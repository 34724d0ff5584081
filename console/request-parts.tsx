import type { VNode } from 'preact';
import { Mark } from './mark.tsx';
import type { RequestExplanation } from './shapes.ts';
import { Words } from './words.tsx';

/** What the filters change, in order. */
export function Steps({ steps }: Pick<RequestExplanation, 'steps'>): VNode {
  return <ol class="steps">{steps.map(({ filter, changes }) => <li><span>{filter}</span>{changes.map((it) => <code>{it}</code>)}</li>)}</ol>;
}

const mostEndpoints = 8;

/** Where it goes, and in which shares. */
export function Targets({ targets }: Pick<RequestExplanation, 'targets'>): VNode | null {
  if (targets.length === 0) return null;
  return (
    <section>
      <h2>Where it goes</h2>
      <ul class="targets">
        {targets.map(({ backend, percent, way, instead, steps, sent, endpoints }) => (
          <li class={instead === undefined ? 'good' : 'bad'}>
            <p><span class="share">{percent}%</span><Mark state={instead === undefined ? 'good' : 'bad'} /><Words text={backend} />{way === '' ? '' : `, ${way}`}{instead === undefined ? null : <strong> gets {instead}</strong>}</p>
            <svg class="bar" viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true"><rect width={percent} height="2" /></svg>
            {steps.length === 0 ? null : <Steps steps={steps} />}
            {sent === undefined ? null : <p class="muted">gets <code>{sent.method} {sent.target}</code>, host <code>{sent.host}</code></p>}
            {endpoints.length === 0 ? null : <p class="muted">{endpoints.slice(0, mostEndpoints).map((it) => <code>{it}</code>)}{endpoints.length > mostEndpoints ? ` and ${endpoints.length - mostEndpoints} more` : ''}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

const resultWords = { takes: 'takes it', too: 'would take it too', not: '' } as const;

/** Every match in order of precedence, those that do not fit with the first condition that fails. */
export function RuleTable({ explanation: { rules, decision, moreRules = 0 } }: { readonly explanation: RequestExplanation & { readonly moreRules?: number } }): VNode | null {
  if (rules.length === 0) return null;
  return (
    <section>
      <h2>Rules, in order of precedence</h2>
      {decision === undefined ? null : <p>The first goes before <Words text={decision.against} />, because {decision.words}.</p>}
      <div class="scroll" tabIndex={0} role="region" aria-label="Rules">
        <table class="rules">
          <thead><tr><th scope="col">Rule</th><th scope="col">Host</th><th scope="col">Match</th><th scope="col">Result</th></tr></thead>
          <tbody>{rules.map((it) => <tr class={it.result}><th scope="row"><Words text={it.rule} /></th><td>{it.hostname === '' ? 'every host' : it.hostname}</td><td>{it.match}</td><td>{it.result === 'not' ? it.why : <strong>{resultWords[it.result]}</strong>}</td></tr>)}</tbody>
        </table>
      </div>
      {moreRules > 0 ? <p class="muted">{moreRules} more do not match, and are farther off. postern explain -o json has all.</p> : null}
    </section>
  );
}
