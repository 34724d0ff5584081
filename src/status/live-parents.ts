import { hasSameContent, kept } from '../base/index.ts';
import type { GatewayNode, Graph, ListenerNode, ListenerSetNode, Verdict } from '../attach/index.ts';
import { refKey, type ApplyReport, type GatewayPlacement } from '../contract/index.ts';
import { gatewayProgrammed } from './programmed.ts';
import { gatewayDocument, listenerSetDocument, type StatusDocument, type StatusInputs } from './status-documents.ts';

/** What a document of a Gateway or ListenerSet is made of. */
interface Parent {
  readonly node: GatewayNode | ListenerSetNode;
  /** Of a Gateway. */
  readonly place?: GatewayPlacement | undefined;
  /** Of a ListenerSet: what is said of its Gateway. */
  readonly verdict?: Verdict;
}

interface Made extends Parent {
  readonly document: StatusDocument;
}

/** Of what the data plane says something else than before: keys of Gateways, for a listener of theirs too, and of listeners. */
interface News {
  readonly gateways: ReadonlySet<string>;
  readonly listeners: ReadonlySet<string>;
}

interface RouteCounts {
  /** Accepted routes by listener key. */
  readonly counts: ReadonlyMap<string, number>;
  /** Keys of the listeners that have more or fewer routes than before. */
  readonly recounted: ReadonlySet<string>;
}

type Update = StatusInputs & RouteCounts & { readonly news: News };

const noNews: News = { gateways: new Set(), listeners: new Set() };

/** The statuses of Gateways and ListenerSets. A document is made again only when something changed that it says, and of thousands only those are looked at. */
export class LiveParents {
  /** Gateways and then ListenerSets. */
  documents: readonly StatusDocument[] = [];
  readonly #timed: (document: StatusDocument) => StatusDocument;
  /** In the order of `documents`. */
  #parents: readonly Made[] = [];
  /** Places among them by listener. */
  #placeOf: ReadonlyMap<string, number> = new Map();
  #of: (Pick<Graph, 'gateways' | 'listenerSets'> & Pick<StatusInputs, 'placement'>) | undefined;
  #report: ApplyReport = { listeners: {} };

  /** `timed`: the document, or that of before where it says the same. */
  constructor(timed: (document: StatusDocument) => StatusDocument) {
    this.#timed = timed;
  }

  update(graph: Graph, inputs: StatusInputs, routes: RouteCounts): readonly StatusDocument[] { // oxlint-disable-line max-params -- what it is made of.
    const { gateways, listenerSets } = graph;
    const before = this.#of;
    const placement = kept(before?.placement, inputs.placement);
    this.#of = { gateways, listenerSets, placement };
    const update = { ...inputs, ...routes, placement, news: this.#newsIn(inputs.report, graph) };
    const isAlike = before?.gateways === gateways && before.listenerSets === listenerSets && before.placement === placement && update.news.gateways.size + update.news.listeners.size === 0;
    if (!isAlike) this.#renew(graph, update);
    else if (routes.recounted.size > 0) this.#recount(update);
    return this.documents;
  }

  /** Only how many routes listeners have is other. */
  #recount(update: Update): void {
    const [parents, documents] = [[...this.#parents], [...this.documents]];
    for (const place of new Set([...update.recounted].flatMap((it) => this.#placeOf.get(it) ?? []))) {
      parents[place] = this.#made(parents[place]!, update);
      documents[place] = parents[place].document;
    }
    this.#parents = parents;
    this.documents = documents;
  }

  #renew({ gateways, listenerSets }: Graph, update: Update): void {
    const known = new Map<string, Made>(this.#parents.map((it) => [refKey(it.node.ref), it]));
    const parents: Made[] = [];
    const placeOf = new Map<string, number>();
    const verdicts = new Map<string, Verdict>();
    const enter = (one: Parent): void => {
      const before = known.get(refKey(one.node.ref));
      for (const it of one.node.listeners) if (isOwn(it, one.node)) placeOf.set(it.key, parents.length);
      parents.push(before !== undefined && isAsBefore(before, one, update) ? before : this.#made(one, update));
    };
    for (const [key, node] of gateways) {
      const place = update.placement.get(node.gateway.key);
      verdicts.set(key, gatewayProgrammed(node, place, update.report));
      if (update.news.gateways.has(key)) known.delete(refKey(node.ref));
      enter({ node, place });
    }
    for (const node of listenerSets.values()) enter({ node, verdict: verdicts.get(node.gateway)! });
    this.#parents = parents;
    this.documents = parents.map(({ document }) => document);
    this.#placeOf = placeOf;
  }

  #made({ node, place, verdict }: Parent, update: Update): Made {
    const document = 'set' in node ? listenerSetDocument(node, verdict!, update.counts, update) : gatewayDocument(node, update.counts, update);
    return { node, place, ...(verdict === undefined ? {} : { verdict }), document: this.#timed(document) };
  }

  /** What the data plane says otherwise than before. */
  #newsIn(report: ApplyReport, { gateways }: Graph): News {
    const before = this.#report;
    this.#report = report;
    if (report === before) return noNews;
    const keys = new Set([...Object.keys(before.listeners), ...Object.keys(report.listeners)]);
    const listeners = new Set([...keys].filter((key) => !hasSameContent(before.listeners[key], report.listeners[key])));
    const differs = (key: string, node: GatewayNode): boolean => !hasSameContent(before.gateways?.[key], report.gateways?.[key]) || (listeners.size > 0 && node.listeners.some((it) => listeners.has(it.key)));
    return { listeners, gateways: new Set([...gateways].filter(([key, node]) => differs(key, node)).map(([key]) => key)) };
  }
}

/** Of a Gateway's listeners some are its ListenerSets'. */
function isOwn({ owner }: ListenerNode, { ref }: GatewayNode | ListenerSetNode): boolean {
  return owner.kind === ref.kind;
}

function isAsBefore(before: Parent, { node, place, verdict }: Parent, { news, recounted }: Update): boolean { // oxlint-disable-line max-params -- what it is made of.
  if (before.node !== node || !hasSameContent(before.place, place) || !hasSameContent(before.verdict, verdict)) return false;
  return recounted.size + news.listeners.size === 0 || !node.listeners.some((it) => recounted.has(it.key) || news.listeners.has(it.key));
}
