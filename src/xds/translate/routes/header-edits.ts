import type { Filter, HeaderFilter, HeaderValue } from '../../../ir/index.ts';
import type { HeaderMutation, HeaderValueOption, Route } from '../../gen/messages.ts';
import { corsFields } from './cors.ts';

type Edits = Pick<Route, 'request_headers_to_add' | 'request_headers_to_remove' | 'response_headers_to_add' | 'response_headers_to_remove'>;

/** All header changes of a filter chain as one; Envoy removes first, then goes through what is to be added in order. */
export function headerEdits(filters: readonly Filter[]): Edits {
  return { ...edits('request', filters), ...edits('response', filters) };
}

function edits(of: 'request' | 'response', filters: readonly Filter[]): Edits {
  const { add, remove: named } = joined(filters.filter((it) => it.kind === `${of}-headers`).map((it) => withoutOwned(it as HeaderFilter)));
  const remove = of === 'response' && filters.some((it) => it.kind === 'cors') ? [...new Set([...named, ...corsFields])] : named;
  return {
    ...(add.length === 0 ? {} : { [`${of}_headers_to_add`]: add }),
    ...(remove.length === 0 ? {} : { [`${of}_headers_to_remove`]: remove }),
  };
}

/** Several filters in a row as one: what a later one removes is no longer added. */
function joined(filters: readonly HeaderFilter[]): { readonly add: HeaderValueOption[]; readonly remove: string[] } {
  let add: HeaderValueOption[] = [];
  const remove = new Set<string>();
  for (const filter of filters) {
    for (const name of filter.remove) remove.add(name);
    add = add.filter((it) => !filter.remove.includes(it.header!.key as string));
    add.push(...filter.set.map(({ name, value }) => valueOption(name, value, 'OVERWRITE_IF_EXISTS_OR_ADD')), ...filter.add.map(({ name, value }) => valueOption(name, value, 'APPEND_IF_EXISTS_OR_ADD')));
  }
  return { add, remove: [...remove] };
}

function valueOption(key: string, value: string, action: NonNullable<HeaderValueOption['append_action']>): HeaderValueOption { // oxlint-disable-line max-params -- a header and what is done with it.
  return { header: { key, value: literal(value) }, append_action: action, ...(value === '' ? { keep_empty_value: true } : {}) };
}

/** Fields that frame the message or belong to one connection: no filter may change them. */
export const owned: ReadonlySet<string> = new Set([
  'host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade',
]);

/** The schema does not check values: what can't stand in a message is left out, since Envoy would refuse all routes for it. */
function canStand({ name, value }: HeaderValue): boolean {
  return !owned.has(name) && /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e\x80-\uffff]*$/.test(value);
}

function withoutOwned({ kind, remove, set, add }: HeaderFilter): HeaderFilter {
  return { kind, remove: remove.filter((it) => !owned.has(it)), set: set.filter(canStand), add: add.filter(canStand) };
}

/** One filter as the filter header_mutation takes it, which runs at its place in the chain. */
export function mutations(filter: HeaderFilter): HeaderMutation[] {
  const { remove, set, add } = withoutOwned(filter);
  return [
    ...remove.map((name) => ({ remove: name })),
    ...set.map(({ name, value }) => ({ append: valueOption(name, value, 'OVERWRITE_IF_EXISTS_OR_ADD') })),
    ...add.map(({ name, value }) => ({ append: valueOption(name, value, 'APPEND_IF_EXISTS_OR_ADD') })),
  ];
}

/** Text in which Envoy sees no command of its format. */
export function literal(value: string): string {
  return value.replaceAll('%', '%%');
}
