import type { Outcome } from '../ir/index.ts';
import { type Asked, askedText, readAsked } from './asked.ts';

/** As many as browsers follow and more than anybody means. */
const mostHops = 10;

type Ask = (asked: Asked) => Outcome | undefined;

/** Follows the redirects of a request as a client does; the URLs of the circle that it ends in, or undefined where it gets out. */
export function circleOf(first: Asked, ask: Ask): readonly string[] | undefined {
  const seen: string[] = [];
  let at: Asked | undefined = first;
  for (let hop = 0; hop < mostHops && at !== undefined; hop++) {
    const url = askedText(at);
    if (seen.includes(url)) return seen.slice(seen.indexOf(url));
    seen.push(url);
    at = next(at, ask(at));
  }
  return undefined;
}

/** What a client asks next; undefined where it has its answer. */
function next(asked: Asked, outcome: Outcome | undefined): Asked | undefined {
  if (asked.kind !== 'request' || outcome?.kind !== 'answer' || outcome.status < 300 || outcome.status > 399) return undefined;
  const location = outcome.headers.find(({ name }) => name === 'location')?.value;
  if (location === undefined) return undefined;
  const { method, headers } = asked.request;
  const read = readAsked({ method, url: location, headers: [...headers], ...(asked.gateway === undefined ? {} : { gateway: asked.gateway }) });
  return typeof read === 'string' ? undefined : read;
}
