import { covers } from '../../attach/index.ts';

/** A host to ask for, and the hostname that it stands for. */
export interface AskedHost {
  readonly host: string;
  /** As manifests write it; `''` for all that no other name covers. */
  readonly hostname: string;
}

/** A host for each way in which hostnames can cover one: every name itself, and for every wildcard a host that no narrower name covers. */
export function hostsFor(hostnames: Iterable<string>): AskedHost[] {
  const names = new Set(hostnames);
  return [...names].map((hostname) => {
    if (hostname === '') return { hostname, host: fresh('', (it) => [...names].some((other) => other !== '' && covers(other, it))) };
    return { hostname, host: hostname.startsWith('*.') ? fresh(hostname.slice(1), (it) => names.has(it)) : hostname };
  });
}

/** Hosts that a certificate covers in its own way: a wildcard stands for one label there. */
export function hostsOfCertificate(name: string): AskedHost[] {
  const hosts = name.startsWith('*.') ? [`www${name.slice(1)}`, `deep.www${name.slice(1)}`, name.slice(2)] : [name];
  return hosts.map((host) => ({ host, hostname: host }));
}

const labels = ['www', 'any', 'other'];

/** `www.example.com` of `.example.com`, or with another label where that one is taken. */
function fresh(suffix: string, isTaken: (host: string) => boolean): string {
  const end = suffix === '' ? '.example.net' : suffix;
  for (let turn = 0; ; turn++) {
    const host = `${labels[turn] ?? `host${turn}`}${end}`;
    if (!isTaken(host)) return host;
  }
}

/** Every hostname that covers a host: itself, the wildcards above it, and that for all. */
export function hostnamesCovering(host: string): string[] {
  const dots = [...host.matchAll(/\./g)].map(({ index }) => index).filter((index) => index > 0);
  return [...new Set([host, ...dots.map((index) => `*${host.slice(index)}`), ''])];
}

/** Of those whose hostname covers a host the one with the most specific. */
export function mostSpecific<T extends { readonly hostname: string }>(all: readonly T[], host: string): T | undefined {
  return all.filter(({ hostname }) => covers(hostname, host)).toSorted((a, b) => rank(b.hostname) - rank(a.hostname))[0];
}

function rank(hostname: string): number {
  return hostname === '' || hostname.startsWith('*.') ? hostname.length : Infinity;
}
