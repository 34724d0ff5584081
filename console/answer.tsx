import type { ComponentChildren, VNode } from 'preact';
import { Mark } from './mark.tsx';
import type { State } from './shapes.ts';
import { Words } from './words.tsx';

export interface AnswerProps {
  readonly state: State;
  readonly head: ComponentChildren;
  readonly cause: string;
  readonly mend: string;
  readonly place?: string | undefined;
  readonly also?: readonly string[] | undefined;
  readonly level?: 1 | 2 | 3;
}

const nothing = 'Nothing to mend.';

/** What is the matter, why, and what to do: in three lines, before anything else. */
export function Answer({ state, head, cause, mend, place, also = [], level = 1 }: AnswerProps): VNode {
  const Heading = `h${level}` as const;
  return (
    <section class={`answer ${state}`}>
      <Heading tabIndex={level === 1 ? -1 : undefined}><Mark state={state} />{head}</Heading>
      <dl>
        <dt>cause</dt><dd><Words text={cause} /></dd>
        {mend === nothing ? null : <><dt>mend</dt><dd>{place === undefined ? null : <code class="place">{place}</code>}<Words text={mend} /></dd></>}
        {also.map((text) => <><dt>also</dt><dd><Words text={text} /></dd></>)}
      </dl>
    </section>
  );
}
