import type { Filter, HeaderFilter } from '../../../ir/index.ts';
import type { HeaderMutation, HeaderValueOption, Route } from '../../gen/messages.ts';

type Edits = Pick<Route, 'request_headers_to_add' | 'request_headers_to_remove' | 'response_headers_to_add' | 'response_headers_to_remove'>;

/** All header changes of a filter chain as one; Envoy removes first, then goes through what is to be added in order. */
export function headerEdits(filters: readonly Filter[]): Edits {
  return { ...edits('request', filters), ...edits('response', filters) };
}

function edits(of: 'request' | 'response', filters: readonly Filter[]): Edits {
  const { add, remove } = joined(filters.filter((it) => it.kind === `${of}-headers`) as HeaderFilter[]);
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

/** One filter as the filter header_mutation takes it, which runs at its place in the chain. */
export function mutations({ remove, set, add }: HeaderFilter): HeaderMutation[] {
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
