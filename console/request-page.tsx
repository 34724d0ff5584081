import { Fragment, type VNode } from 'preact';
import { Answer } from './answer.tsx';
import { go, href, type Place } from './place.ts';
import { useView } from './server.ts';
import type { RequestExplanation } from './shapes.ts';
import { RuleTable, Steps, Targets } from './request-parts.tsx';
import { Words } from './words.tsx';

/** Why a request gets its answer: a form, and the answer beneath it. The form is the URL. */
export function RequestPage({ place: { query } }: { readonly place: Place }): VNode {
  const given = (name: string): string => query.get(name) ?? '';
  const asked = { method: given('method') || 'GET', url: given('url'), headers: given('headers'), 'server-name': given('server-name'), gateway: given('gateway'), 'client-cert': given('client-cert') };
  return (
    <>
      <RequestForm asked={asked} key={query.toString()} />
      {asked.url === '' ? <><h1 tabIndex={-1}>Why does a request get its answer?</h1><p class="empty">Write a URL. You see which Gateway, listener and certificate it meets, every rule with the first condition that fails, what its filters change, and where it goes.</p></> : <RequestAnswer asked={asked} />}
    </>
  );
}

const nothing = 'Nothing to mend.';

type AskedFields = Readonly<Record<'method' | 'url' | 'headers' | 'server-name' | 'gateway' | 'client-cert', string>>;

function RequestForm({ asked }: { readonly asked: AskedFields }): VNode {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string): string => String(fields.get(name) ?? '').trim();
    const url = text('url');
    go(href('request', { method: text('method'), url: /^[a-z]+:\/\//i.test(url) || url === '' ? url : `http://${url}`, headers: text('headers'), 'server-name': text('server-name'), gateway: text('gateway'), 'client-cert': text('client-cert') }));
  };
  // The answer comes first, so what was given is said in a word and not spread out.
  const given = [['headers', asked.headers], ['a server name', asked['server-name']], ['a certificate', asked['client-cert']], ['a Gateway', asked.gateway]].flatMap(([name, value]) => (value === '' ? [] : [name]));
  return (
    <form class="request" onSubmit={submit} aria-label="A request">
      <div class="first">
        <label><span class="unseen">Method</span><select name="method">{['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((it) => <option selected={it === asked.method}>{it}</option>)}</select></label>
        <label class="url"><span class="unseen">URL</span><input name="url" type="text" inputMode="url" placeholder="https://shop.example.com/cart" spellcheck={false} autocomplete="off" defaultValue={asked.url} /></label>
        <button type="submit">Explain</button>
      </div>
      <details>
        <summary>Headers, server name, client certificate, Gateway{given.length === 0 ? '' : `: with ${given.join(', ')}`}</summary>
        <label>Headers, one a line <textarea name="headers" rows={3} spellcheck={false} placeholder="x-canary: 1" defaultValue={asked.headers} /></label>
        <label>Server name of TLS, where it is not the host <input name="server-name" type="text" spellcheck={false} defaultValue={asked['server-name']} /></label>
        <label>Certificate that the client shows, PEM without its key <textarea name="client-cert" rows={2} spellcheck={false} placeholder="-----BEGIN CERTIFICATE-----" defaultValue={asked['client-cert']} /></label>
        <label>Gateway, where several listen <input name="gateway" type="text" spellcheck={false} placeholder="namespace/name" defaultValue={asked.gateway} /></label>
      </details>
    </form>
  );
}

function RequestAnswer({ asked }: { readonly asked: AskedFields }): VNode {
  const { headers, ...rest } = asked;
  const query = { ...rest, headers };
  const { value: first, problem } = useView<RequestExplanation>('request', query);
  // Looking for a change that mends it takes a while, so the answer without it stands there before.
  const { value: tried, isOld } = useView<RequestExplanation>(first === undefined || first.mend === nothing ? undefined : 'request', { ...query, tries: 'yes' });
  const value = tried !== undefined && !isOld ? tried : first;
  if (value === undefined) return <><h1 tabIndex={-1}>{asked.method} {asked.url}</h1><p class="empty" role="status">{problem ?? 'Looking…'}</p></>;
  const isGood = value.mend === nothing;
  const { listener, gateway, socket, certificate, warnings, answerHeaders = [], steps, targets } = value;
  return (
    <article aria-live="polite">
      <Answer state={isGood ? 'good' : value.status !== undefined && value.status < 500 && value.code === undefined ? 'warning' : 'bad'} head={<><span class="asked">{value.asked}</span> → <strong>{value.answer}</strong></>} cause={value.cause} mend={value.mend} place={value.place} />
      {warnings.map((text) => <p class="warning"><Words text={text} /></p>)}
      <dl class="facts">
        {[['Gateway', gateway === undefined ? undefined : `Gateway ${gateway}`], ['Listener', listener], ['Bound to', socket], ['Certificate', certificate], ...answerHeaders.map((it) => ['Answers with', it])].map(([name, words]) => (words === undefined ? null : <Fragment><dt>{name}</dt><dd><Words text={words} /></dd></Fragment>))}
      </dl>
      <Targets targets={targets} />
      {steps.length === 0 ? null : <section><h2>Filters</h2><Steps steps={steps} /></section>}
      <RuleTable explanation={value} />
    </article>
  );
}
