import { UsageError, type Arguments } from './command.ts';

/** What `--namespaces` says; nothing where all are meant. Throws UsageError. */
export function watchedNamespaces(args: Arguments): { readonly namespaces?: readonly string[] } {
  const text = args.value('namespaces');
  if (text === undefined) return {};
  const namespaces = text.split(',').map((it) => it.trim());
  if (namespaces.includes('')) throw new UsageError(`--namespaces ${text}: give names separated by commas`);
  return { namespaces: [...new Set(namespaces)] };
}
