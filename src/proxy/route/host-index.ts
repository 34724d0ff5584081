import type { Hostname } from '../../ir/index.ts';

/** A host that knows its name, and where it stands. */
export interface Placed {
  readonly hostname: Hostname;
  /** In the list that it is in, as far as that was asked for. */
  place: number;
}

/** The hosts of a listener, found by the names that cover a host: many hosts cost what few do. Immutable but for what is noted of places. */
export class HostIndex<H extends Placed> {
  /** In order of precedence. */
  readonly all: readonly H[];
  private readonly byName: Map<Hostname, H | H[]>;
  /** Places are noted when several hosts cover a name for the first time. */
  private arePlaced = false;

  private constructor(all: readonly H[], byName: Map<Hostname, H | H[]>) {
    this.all = all;
    this.byName = byName;
  }

  static of<H extends Placed>(all: readonly H[]): HostIndex<H> {
    const byName = new Map<Hostname, H | H[]>();
    for (const host of all) add(byName, host);
    return new HostIndex(all, byName);
  }

  /** The index of these hosts, of which `gone` are no longer and `come` are new. This one must not be asked any more. */
  changed(all: readonly H[], { gone, come }: { readonly gone: readonly H[]; readonly come: readonly H[] }): HostIndex<H> {
    for (const host of gone) remove(this.byName, host);
    for (const host of come) add(this.byName, host);
    return new HostIndex(all, this.byName);
  }

  /** The hosts that cover a canonical host, in order of precedence. */
  covering(host: string): readonly H[] {
    const found: H[] = [];
    const take = (name: Hostname): void => {
      const known = this.byName.get(name);
      if (Array.isArray(known)) found.push(...known);
      else if (known !== undefined) found.push(known);
    };
    if (host !== '') take(host);
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) if (dot > 0) take(`*${host.slice(dot)}`);
    take('');
    return found.length < 2 ? found : this.inOrder(found);
  }

  private inOrder(hosts: H[]): H[] {
    if (!this.arePlaced) for (const [place, host] of this.all.entries()) host.place = place;
    this.arePlaced = true;
    return hosts.sort((a, b) => a.place - b.place);
  }
}

function add<H extends Placed>(byName: Map<Hostname, H | H[]>, host: H): void {
  const known = byName.get(host.hostname);
  if (known === undefined) byName.set(host.hostname, host);
  else if (Array.isArray(known)) known.push(host);
  else byName.set(host.hostname, [known, host]);
}

function remove<H extends Placed>(byName: Map<Hostname, H | H[]>, host: H): void {
  const known = byName.get(host.hostname);
  if (!Array.isArray(known)) {
    if (known === host) byName.delete(host.hostname);
    return;
  }
  const rest = known.filter((it) => it !== host);
  if (rest.length === 1) byName.set(host.hostname, rest[0]!);
  else byName.set(host.hostname, rest);
}
