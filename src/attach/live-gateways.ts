import { kept, OwnTable, Work } from '../base/index.ts';
import type { Finding } from '../contract/index.ts';
import { parentFindings } from './findings.ts';
import { attachGateway, type GatewayInput, gatewayInputs, type GatewayInputs, type Merged } from './gateways.ts';
import type { ClassNode, GatewayNode, ListenerSetNode } from './graph.ts';
import { AttachWork } from './live-backends.ts';
import type { LiveContext } from './live-context.ts';
import type { ParentTarget } from './parents.ts';

class GatewayWork extends AttachWork {
  input: GatewayInput;
  merged: Merged | undefined;

  constructor(input: GatewayInput) {
    super();
    this.input = input;
    this.gateways = [input.gateway.key];
  }
}

/** The Gateways that are ours and their ListenerSets. Maps and nodes keep their identity while nothing in them changes. */
export class LiveGateways {
  classes: ReadonlyMap<string, ClassNode> = new Map();
  gateways: ReadonlyMap<string, GatewayNode> = new Map();
  listenerSets: ReadonlyMap<string, ListenerSetNode> = new Map();
  /** What was said while they were found, and what is refused of them. */
  findings: { readonly found: readonly Finding[]; readonly refused: readonly Finding[] } = { found: [], refused: [] };
  /** What routes can attach to, by `Kind/namespace/name`. */
  readonly targets: OwnTable<ParentTarget>;
  readonly #live: LiveContext;
  readonly #inputsWork = new Work();
  #inputs: GatewayInputs | undefined;
  readonly #works = new Map<string, GatewayWork>();

  constructor(live: LiveContext) {
    this.#live = live;
    this.targets = new OwnTable(live.ledger);
  }

  renew(): void {
    const { ledger, context } = this.#live;
    const isNew = this.#inputs === undefined || ledger.stale.has(this.#inputsWork);
    if (isNew) this.#inputs = ledger.do(this.#inputsWork, () => gatewayInputs(context, this.classes));
    const due = isNew ? this.#take(this.#inputs!) : [...ledger.stale].filter((it) => it instanceof GatewayWork);
    if (!isNew && due.length === 0) return;
    for (const work of due) this.#judge(work);
    this.#assemble();
  }

  /** The work that is new or judged by something else than before. */
  #take({ gateways }: GatewayInputs): GatewayWork[] {
    for (const [key, work] of this.#works) {
      if (gateways.has(key)) continue;
      this.#live.backends.drop(work);
      this.#works.delete(key);
    }
    return [...gateways].flatMap(([key, input]) => {
      const known = this.#works.get(key);
      if (known !== undefined && isSame(known.input, input) && !this.#live.ledger.stale.has(known)) return [];
      const work = known ?? new GatewayWork(input);
      work.input = input;
      this.#works.set(key, work);
      return [work];
    });
  }

  #judge(work: GatewayWork): void {
    const { context, backends } = this.#live;
    const after = backends.do(work, () => attachGateway(work.input, context));
    work.merged = work.merged === undefined ? after : keptParts(work.merged, after);
  }

  #assemble(): void {
    const gateways = new Map<string, GatewayNode>();
    const listenerSets = new Map<string, ListenerSetNode>();
    for (const key of this.#inputs!.gateways.keys()) {
      const { gateway, sets } = this.#works.get(key)!.merged!;
      for (const set of sets) listenerSets.set(set.set.key, set);
      gateways.set(key, gateway);
    }
    this.classes = kept(this.classes, this.#inputs!.classes);
    if (hasSameValues(this.gateways, gateways) && hasSameValues(this.listenerSets, listenerSets)) {
      this.findings = { found: this.#inputs!.findings, refused: parentFindings(this) };
      return;
    }
    this.gateways = gateways;
    this.listenerSets = listenerSets;
    this.findings = { found: this.#inputs!.findings, refused: parentFindings(this) };
    const targets = new Map<string, ParentTarget>();
    const put = (target: ParentTarget): void => {
      const key = `${target.kind}/${target.key}`;
      targets.set(key, kept(this.targets.get(key), target));
    };
    for (const [key, { listeners }] of gateways) put({ kind: 'Gateway', key, gateway: key, listeners: listeners.filter((it) => it.owner.kind === 'Gateway') });
    for (const [key, { gateway, listeners, accepted }] of listenerSets) put({ kind: 'ListenerSet', key, gateway, listeners, ...(accepted.ok ? {} : { refused: accepted }) });
    this.targets.replace(targets);
  }
}

function isSame(a: GatewayInput, b: GatewayInput): boolean {
  return a.gateway === b.gateway && a.claim.kind === b.claim.kind && (a.claim.kind !== 'ours' || b.claim.kind !== 'ours' || a.claim.class === b.claim.class)
    && a.sets.length === b.sets.length && a.sets.every((set, index) => set === b.sets[index]);
}

function hasSameValues<V>(a: ReadonlyMap<string, V>, b: ReadonlyMap<string, V>): boolean {
  return a.size === b.size && [...b].every(([key, value]) => a.get(key) === value);
}

/** `after`, with the listeners and nodes of `before` that mean the same. */
function keptParts(before: Merged, after: Merged): Merged {
  const known = new Map([before.gateway, ...before.sets].flatMap(({ listeners }) => listeners.map((it) => [it.key, it])));
  const listeners = new Map([after.gateway, ...after.sets].flatMap(({ listeners: own }) => own.map((it) => [it, kept(known.get(it.key), it)])));
  const withKept = <N extends GatewayNode | ListenerSetNode>(node: N): N => ({ ...node, listeners: node.listeners.map((it) => listeners.get(it)!) });
  const sets = new Map(before.sets.map((it) => [it.set.key, it]));
  return { gateway: kept(before.gateway, withKept(after.gateway)), sets: after.sets.map((it) => kept(sets.get(it.set.key), withKept(it))) };
}
