import type { HostRoutes, Listener, ListenerKey } from '../ir/index.ts';

/** A listener as it travels: its hosts are entries of their own, so that one of many can change alone. */
export type ListenerHead = Omit<Listener, 'hosts'> & {
  /** Keys of its hosts in the table `hosts`, in order of precedence. */
  readonly hosts: readonly string[];
};

/** Keys of the hosts of a listener, in their order: hosts of one name are told apart by their number. */
export function hostKeys(listener: ListenerKey, hosts: readonly HostRoutes[]): string[] {
  const seen = new Map<string, number>();
  return hosts.map(({ hostname }) => {
    const number = seen.get(hostname) ?? 0;
    seen.set(hostname, number + 1);
    return `${listener}/${hostname}/${number}`;
  });
}

/** The listener that a head stands for. */
export function joinListener(head: ListenerHead, hostOf: (key: string) => HostRoutes | undefined): Listener {
  return { ...head, hosts: head.hosts.flatMap((key) => hostOf(key) ?? []) };
}
