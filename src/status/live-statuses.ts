import { fewChanges, hasSameContent, kept, listChange, type ListChange, type Mapped, mapKept, mapSorted } from '../base/index.ts';
import { compareRoutes, type GatewayNode, type Graph, type GraphChange, type ListenerNode, type ListenerSetNode, type RouteNode, type Verdict } from '../attach/index.ts';
import { refKey, type ApplyReport, type GatewayPlacement } from '../contract/index.ts';
import { AttachedRoutes } from './attached-routes.ts';
import { gatewayProgrammed } from './programmed.ts';
import { classDocuments, gatewayDocument, listenerSetDocument, policyDocuments, routeDocument, type StatusDocument, type StatusInputs } from './status-documents.ts';
import { refusedParts, type RefusedParts } from './refused-parts.ts';
import { keepTimes } from './transitions.ts';

/** A document of a Gateway or ListenerSet, with what it was made of. */
interface Remembered {
  readonly node: GatewayNode | ListenerSetNode;
  /** Of a Gateway. */
  readonly place?: GatewayPlacement | undefined;
  /** Of a ListenerSet: what is said of its Gateway. */
  readonly parent?: Verdict;
  readonly document: StatusDocument;
}

/** What is the same for all documents of one update. */
interface Update extends StatusInputs {
  readonly graph: Graph;
  /** Keys of the listeners that have more or fewer routes than before. */
  readonly recounted: ReadonlySet<string>;
  readonly news: News;
  readonly refused: RefusedParts;
}

/** Of what the data plane says something else than before: keys of Gateways, for a listener of theirs too, and of listeners. */
interface News {
  readonly gateways: ReadonlySet<string>;
  readonly listeners: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

/** The statuses of one configuration. */
export interface Statuses {
  /** In the order classes, Gateways, ListenerSets, routes, policies. */
  readonly documents: readonly StatusDocument[];
  /** What is other than before; a document that changed is in both parts, as it was and as it is. */
  readonly change: ListChange<StatusDocument>;
}

/**
 * The status of every object that is ours. A document keeps its identity while nothing in it changes, and a condition the time of its last
 * transition; the work is proportional to what is other in the graph.
 */
export class LiveStatuses {
  readonly #attached = new AttachedRoutes();
  #routes: Mapped<RouteNode, StatusDocument> = { inputs: [], outputs: [] };
  #classes: { readonly of: Pick<Graph, 'classes' | 'release' | 'features'>; readonly documents: readonly StatusDocument[] } | undefined;
  /** Gateways and then ListenerSets. */
  #parents: readonly Remembered[] = [];
  #parentDocuments: readonly StatusDocument[] = [];
  /** Places in `#parents` by listener. */
  #parentOf: ReadonlyMap<string, number> = new Map();
  #of: (Pick<Graph, 'gateways' | 'listenerSets'> & Pick<StatusInputs, 'placement'>) | undefined;
  #report: ApplyReport = { listeners: {} };
  #refused: RefusedParts = new Map();
  /** By object. */
  readonly #known = new Map<string, StatusDocument>();
  /** All but those of routes. */
  #others: readonly StatusDocument[];

  /** `before`: documents whose times go on. */
  constructor(before: readonly StatusDocument[] = []) {
    for (const it of before) this.#known.set(refKey(it.ref), it);
    this.#others = before;
  }

  /** `change`: what is other in the graph than at the last call; undefined where that is not known. Nothing is written. */
  update(graph: Graph, inputs: StatusInputs, change?: GraphChange): Statuses {
    const refused = refusedParts(inputs.report);
    const routes = this.#withNews(change?.routes ?? listChange(this.#routes.inputs, graph.routes), graph, refused);
    const placement = kept(this.#of?.placement, inputs.placement);
    const update: Update = { ...inputs, placement, graph, refused, recounted: this.#attached.update(routes), news: this.#newsIn(inputs.report, graph) };
    const ofRoutes = this.#routeDocuments(routes, update);
    const before = [...this.#classDocuments(graph, inputs), ...this.#documentsOfParents(update)];
    const behind = this.#inTime(policyDocuments(graph, inputs));
    this.#report = inputs.report;
    const others = [...before, ...behind];
    const ofOthers = listChange(this.#others, others);
    this.#others = others;
    return this.#settle([before, this.#routes.outputs, behind], { gone: [...ofOthers.gone, ...ofRoutes.gone], come: [...ofOthers.come, ...ofRoutes.come] });
  }

  /** Routes of which the data plane refuses something else than before count as changed. */
  #withNews(routes: ListChange<RouteNode>, graph: Graph, refused: RefusedParts): ListChange<RouteNode> {
    const before = this.#refused;
    this.#refused = refused;
    if (before.size + refused.size === 0) return routes;
    const news = new Set([...before.keys(), ...refused.keys()].filter((key) => !hasSameContent(before.get(key), refused.get(key))));
    const changed = new Set(routes.come);
    const nodes = graph.routes.filter((it) => news.has(refKey(it.ref)) && !changed.has(it));
    return nodes.length === 0 ? routes : { gone: [...routes.gone, ...nodes], come: [...routes.come, ...nodes] };
  }

  #routeDocuments(routes: ListChange<RouteNode>, update: Update): ListChange<StatusDocument> {
    const before = this.#routes;
    if (routes.gone.length + routes.come.length === 0) return routes as ListChange<never>;
    const make = (node: RouteNode): StatusDocument => this.#timed(routeDocument(node, update.graph, update, update.refused.get(refKey(node.ref))));
    if (routes.gone.length + routes.come.length > fewChanges) {
      const gone = new Set(routes.gone);
      // What comes although it did not go is to be made anew.
      this.#routes = mapKept(!routes.come.some((it) => gone.has(it)) ? before : { inputs: [], outputs: [] }, update.graph.routes, make);
      return listChange(before.outputs, this.#routes.outputs);
    }
    const { changed, ...mapped } = mapSorted<RouteNode, StatusDocument>(before, update.graph.routes, routes, { compare: compareRoutes, make });
    this.#routes = mapped;
    return changed;
  }

  #timed(document: StatusDocument): StatusDocument {
    return keepTimes(this.#known.get(refKey(document.ref)), document);
  }

  #inTime(documents: readonly StatusDocument[]): StatusDocument[] {
    return documents.map((it) => this.#timed(it));
  }

  /** They name every feature, so they are made again only for another reason than that time goes on. */
  #classDocuments(graph: Graph, inputs: StatusInputs): readonly StatusDocument[] {
    const { classes, release, features } = graph;
    const of = { classes, release, features };
    if (!hasSameContent(this.#classes?.of, of)) this.#classes = { of, documents: this.#inTime(classDocuments(graph, inputs)) };
    return this.#classes!.documents;
  }

  /** Those of Gateways and ListenerSets. */
  #documentsOfParents(update: Update): readonly StatusDocument[] {
    const { graph, news, recounted } = update;
    const before = this.#of;
    this.#of = { gateways: graph.gateways, listenerSets: graph.listenerSets, placement: update.placement };
    const isAlike = before?.gateways === graph.gateways && before.listenerSets === graph.listenerSets && before.placement === update.placement && news.gateways.size + news.listeners.size === 0;
    if (!isAlike) this.#renewParents(update);
    else if (recounted.size > 0) this.#recountParents(update);
    return this.#parentDocuments;
  }

  /** Only how many routes listeners have is other. */
  #recountParents(update: Update): void {
    const [parents, documents] = [[...this.#parents], [...this.#parentDocuments]];
    for (const place of new Set([...update.recounted].flatMap((it) => this.#parentOf.get(it) ?? []))) {
      parents[place] = this.#made(parents[place]!, update);
      documents[place] = parents[place].document;
    }
    this.#parents = parents;
    this.#parentDocuments = documents;
  }

  #renewParents(update: Update): void {
    const { gateways, listenerSets } = update.graph;
    const known = new Map<string, Remembered>(this.#parents.map((it) => [refKey(it.node.ref), it]));
    const parents: Remembered[] = [];
    const parentOf = new Map<string, number>();
    const verdicts = new Map<string, Verdict>();
    const enter = (one: Omit<Remembered, 'document'>): void => {
      const before = known.get(refKey(one.node.ref));
      for (const it of one.node.listeners) if (isOwn(it, one.node)) parentOf.set(it.key, parents.length);
      parents.push(before !== undefined && isAsBefore(before, one, update) ? before : this.#made(one, update));
    };
    for (const [key, node] of gateways) {
      const place = update.placement.get(node.gateway.key);
      verdicts.set(key, gatewayProgrammed(node, place, update.report));
      if (update.news.gateways.has(key)) known.delete(refKey(node.ref));
      enter({ node, place });
    }
    for (const node of listenerSets.values()) enter({ node, parent: verdicts.get(node.gateway)! });
    this.#parents = parents;
    this.#parentDocuments = parents.map(({ document }) => document);
    this.#parentOf = parentOf;
  }

  #made(one: Omit<Remembered, 'document'>, { graph, ...inputs }: Update): Remembered {
    const { node, parent } = one;
    const document = 'set' in node ? listenerSetDocument(node, parent!, this.#attached.counts, inputs) : gatewayDocument(node, this.#attached.counts, inputs);
    return { ...one, document: this.#timed(document) };
  }

  /** What the data plane says otherwise than before. */
  #newsIn(report: ApplyReport, { gateways }: Graph): News {
    const before = this.#report;
    if (report === before) return { gateways: none, listeners: none };
    const keys = new Set([...Object.keys(before.listeners), ...Object.keys(report.listeners)]);
    const listeners = new Set([...keys].filter((key) => !hasSameContent(before.listeners[key], report.listeners[key])));
    const differs = (key: string, node: GatewayNode): boolean => !hasSameContent(before.gateways?.[key], report.gateways?.[key]) || (listeners.size > 0 && node.listeners.some((it) => listeners.has(it.key)));
    return { listeners, gateways: new Set([...gateways].filter(([key, node]) => differs(key, node)).map(([key]) => key)) };
  }

  /** The documents are listed when somebody asks. */
  #settle(parts: readonly (readonly StatusDocument[])[], change: ListChange<StatusDocument>): Statuses {
    for (const it of change.gone) this.#known.delete(refKey(it.ref));
    for (const it of change.come) this.#known.set(refKey(it.ref), it);
    let documents: readonly StatusDocument[] | undefined;
    return { change, get documents() { return documents ??= parts.flat(); } };
  }
}

/** Of a Gateway's listeners some are its ListenerSets'. */
function isOwn({ owner }: ListenerNode, { ref }: GatewayNode | ListenerSetNode): boolean {
  return owner.kind === ref.kind;
}

function isAsBefore(before: Remembered, { node, place, parent }: Omit<Remembered, 'document'>, { news, recounted }: Update): boolean { // oxlint-disable-line max-params -- what it is made of.
  if (before.node !== node || !hasSameContent(before.place, place) || !hasSameContent(before.parent, parent)) return false;
  return recounted.size + news.listeners.size === 0 || !node.listeners.some((it) => recounted.has(it.key) || news.listeners.has(it.key));
}

/** The status of every object that is ours, from nothing. Pure. */
export function statusDocuments(graph: Graph, inputs: StatusInputs): readonly StatusDocument[] {
  return new LiveStatuses().update(graph, inputs).documents;
}

/** Accepted routes by listener key. */
export function attachedRoutes({ routes }: Pick<Graph, 'routes'>): ReadonlyMap<string, number> {
  const attached = new AttachedRoutes();
  attached.update({ gone: [], come: routes });
  return attached.counts;
}
