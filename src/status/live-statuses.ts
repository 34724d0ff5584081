import { hasSameContent, listChange, type ListChange, SortedMapping } from '../base/index.ts';
import { compareRoutes, type Graph, type GraphChange, type RouteNode } from '../attach/index.ts';
import { refKey } from '../contract/index.ts';
import { AttachedRoutes } from './attached-routes.ts';
import { LiveParents } from './live-parents.ts';
import { classDocuments, policyDocuments, routeDocument, type StatusDocument, type StatusInputs } from './status-documents.ts';
import { refusedParts, type RefusedParts } from './refused-parts.ts';
import { keepTimes } from './transitions.ts';

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
  readonly #routes = new SortedMapping<RouteNode, StatusDocument>(compareRoutes);
  #classes: { readonly of: Pick<Graph, 'classes' | 'release' | 'features'>; readonly documents: readonly StatusDocument[] } | undefined;
  readonly #parents = new LiveParents((it) => this.#timed(it));
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
    const recounted = this.#attached.update(routes);
    const ofRoutes = this.#routeDocuments(routes, graph, inputs);
    const before = [...this.#classDocuments(graph, inputs), ...this.#parents.update(graph, inputs, { counts: this.#attached.counts, recounted })];
    const behind = this.#inTime(policyDocuments(graph, inputs));
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

  #routeDocuments(routes: ListChange<RouteNode>, graph: Graph, inputs: StatusInputs): ListChange<StatusDocument> { // oxlint-disable-line max-params -- what they are made of.
    if (routes.gone.length + routes.come.length === 0) return routes as ListChange<never>;
    return this.#routes.update(routes, (node) => this.#timed(routeDocument(node, graph, inputs, this.#refused.get(refKey(node.ref)))));
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

  /** The documents are listed when somebody asks. */
  #settle(parts: readonly (readonly StatusDocument[])[], change: ListChange<StatusDocument>): Statuses {
    for (const it of change.gone) this.#known.delete(refKey(it.ref));
    for (const it of change.come) this.#known.set(refKey(it.ref), it);
    let documents: readonly StatusDocument[] | undefined;
    return { change, get documents() { return documents ??= parts.flat(); } };
  }
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
