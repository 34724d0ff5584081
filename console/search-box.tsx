import type { RefObject, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Mark } from './mark.tsx';
import { go, href, objectHref } from './place.ts';
import { ask, queryText } from './server.ts';
import type { Found } from './shapes.ts';

interface Choice {
  readonly to: string;
  readonly draw: () => VNode;
}

const nothing: Found & { readonly of: string } = { of: '', requests: [], objects: [] };

/** One box for everything: a host, a path, a URL, or the name of an object. */
export function SearchBox(): VNode {
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found & { readonly of: string }>(nothing);
  /** Enter was pressed before the answer was there. */
  const isAwaited = useRef(false);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useSlash(input);
  useEffect(() => {
    const ended = new AbortController();
    const wait = setTimeout(() => {
      if (text.trim() === '') setFound(nothing);
      else ask<Found>('search', queryText({ q: text }), ended.signal).then(({ value }) => {
        if (value === undefined) return;
        setFound({ ...value, of: text });
        setAt(0);
        if (isAwaited.current) take(choicesOf(value)[0]);
      }, () => undefined);
    }, 80);
    return () => {
      clearTimeout(wait);
      ended.abort();
    };
  }, [text]);
  const choices = choicesOf(found);
  const take = (choice: Choice | undefined): void => {
    isAwaited.current = false;
    setOpen(false);
    go(choice?.to ?? href('objects', { q: text.trim() }));
    input.current?.blur();
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setOpen(false);
    else if (event.key === 'Enter' && text.trim() !== '' && found.of !== text) isAwaited.current = true;
    else if (event.key === 'Enter' && text.trim() !== '') take(choices[at]);
    else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && choices.length > 0) {
      setOpen(true);
      setAt((at + (event.key === 'ArrowDown' ? 1 : choices.length - 1)) % choices.length);
    } else return;
    event.preventDefault();
  };
  const isShown = isOpen && text.trim() !== '';
  return (
    <search class="search">
      <input ref={input} type="text" inputMode="search" role="combobox" aria-label="Search: a host, a path, a URL, or the name of an object" aria-expanded={isShown} aria-controls="found" aria-autocomplete="list" list={undefined}
        {...(isShown && choices.length > 0 ? { 'aria-activedescendant': `found-${at}` } : {})} placeholder="Host, path, or name of an object" autocomplete="off" spellcheck={false} value={text}
        onInput={({ currentTarget }) => { isAwaited.current = false; setText(currentTarget.value); setOpen(true); }} onFocus={() => setOpen(true)} onBlur={() => setOpen(false)} onKeyDown={press} />
      <kbd aria-hidden="true">/</kbd>
      <ul id="found" role="listbox" aria-label="What was found" hidden={!isShown}>
        {choices.map((choice, index) => (
          <li id={`found-${index}`} role="option" aria-selected={index === at} onPointerDown={(event) => { event.preventDefault(); take(choice); }} onPointerMove={() => setAt(index)}>{choice.draw()}</li>
        ))}
        {choices.length === 0 ? <li role="option" aria-selected={false} aria-disabled="true" class="none">Nothing has this name. A host or a path with a dot or a slash is asked as a request.</li> : null}
      </ul>
      <span class="unseen" role="status">{isShown ? `${choices.length} found` : ''}</span>
    </search>
  );
}

/** `/` leads to the box from everywhere. */
function useSlash(input: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || (event.target instanceof Element && event.target.matches('input, textarea, select'))) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
}

function choicesOf({ requests, objects }: Found): Choice[] {
  return [
    ...requests.map(({ url, words }): Choice => ({ to: href('request', { url }), draw: () => <><span class="what">why</span><code>GET {url}</code><span class="words">{words}</span></> })),
    ...objects.map(({ key, kind, namespace, name, state, words }): Choice => ({
      to: objectHref(key), draw: () => <><span class="what">{kind}</span><Mark state={state} /><span>{namespace === '' ? '' : `${namespace}/`}{name}</span><span class="words">{words}</span></>,
    })),
  ];
}
