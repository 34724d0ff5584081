import type { VNode } from 'preact';
import { href } from './place.ts';
import { useView } from './server.ts';
import type { StageEntry, StageName, StageRow } from './shapes.ts';

type Entry = Omit<StageEntry, 'value'> & { readonly yaml: string };

const titles: Readonly<Record<StageName, string>> = { objects: 'as written', graph: 'in the graph', ir: 'in the IR', xds: 'for Envoy' };

interface StageViewProps {
  readonly stage: StageName;
  readonly keyOf: string;
  readonly withRelated?: boolean;
}

/** One entry of a stage as YAML. What it names, and the same thing at other stages, is one step away. */
export function StageView({ stage, keyOf, withRelated = false }: StageViewProps): VNode {
  const { value, problem } = useView<Entry>('stage', { stage, key: keyOf });
  if (value === undefined) return <p class="empty">{problem ?? 'Looking…'}</p>;
  const { yaml, place, related, links, kind, title } = value;
  return (
    <>
      {withRelated ? <h2>{kind} {title}</h2> : null}
      {withRelated && related.length > 0 ? <Related rows={related} /> : null}
      {place === undefined ? null : <p class="muted">written in <code>{place}</code></p>}
      <pre class="yaml" tabIndex={0} aria-label={`${kind} ${title} as YAML`}><code>{yaml.replace(/\n$/, '').split('\n').map((line) => <YamlLine line={line} links={links} />)}</code></pre>
    </>
  );
}

function Related({ rows }: { readonly rows: readonly StageRow[] }): VNode {
  return (
    <nav class="related" aria-label="The same at other stages">
      <ul>{rows.map((it) => <li><span class="muted">{titles[it.stage]}</span> <a href={href(`configuration/${it.stage}`, { key: it.key })}>{it.kind} {it.title}</a></li>)}</ul>
    </nav>
  );
}

function YamlLine({ line, links }: { readonly line: string; readonly links: Entry['links'] }): VNode {
  const [, indent = '', name = '', rest = ''] = /^([ -]*)((?:"[^"]*"|[^\s"'#:][^:]*):(?=\s|$))?(.*)$/.exec(line) ?? [];
  const text = rest.trim().replace(/^(["'])(.*)\1$/, '$2');
  const link = links[text];
  return <>{indent}{name === '' ? null : <span class="key">{name}</span>}{link === undefined ? <span class={rest.trim() === '"[redacted]"' || rest.includes('[redacted]') ? 'redacted' : 'value'}>{rest}</span> : <> <a href={href(`configuration/${link.stage}`, { key: link.key })}>{text}</a></>}{'\n'}</>;
}
