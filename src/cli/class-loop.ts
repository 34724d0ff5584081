import type { AttachSettings } from '../attach/index.ts';
import { Controller, objectEvents, type Applied } from '../controller/index.ts';
import { EventWriter, StatusWriter, type ClusterAccess, type ClusterSource } from '../source/index.ts';
import { collectForRoutes } from './collection.ts';
import type { ClusterPlane } from './cluster-plane.ts';
import { Paced } from './paced.ts';

export interface ClassLoopOptions {
  readonly controllerName: string;
  /** This process, among its replicas. */
  readonly instance: string;
  /** Whether this process writes to the cluster, until `lead` says otherwise. */
  readonly leads: boolean;
  /** Read anew for each snapshot. */
  settings(): AttachSettings;
  find: ClusterSource['find'];
  /** The data planes of these classes; `onNews` is to be called when they have some. */
  plane(onNews: () => void): ClusterPlane;
  onApplied(applied: Applied): void;
  onBug(error: unknown): void;
  /** Told of configurations that are in force, not oftener than once a second. */
  say(figures: Readonly<Record<string, number | string>>): void;
  onTrouble(message: string): void;
}

/** Of configurations that are in force. */
const saidEveryMs = 1000;

/** All that is done for the GatewayClasses of one controllerName: judged, carried by their data planes, written into statuses and Events. */
export class ClassLoop {
  readonly plane: ClusterPlane;
  readonly controller: Controller;
  readonly #writer: StatusWriter;
  readonly #events: EventWriter;
  #leads: boolean;

  constructor(access: ClusterAccess, options: ClassLoopOptions) {
    const { controllerName, instance, leads, find, onTrouble } = options;
    this.#leads = leads;
    this.#writer = new StatusWriter(access, { controllerName, find, onTrouble });
    this.#events = new EventWriter(access, { reportingController: controllerName, reportingInstance: instance, leads, onTrouble });
    this.plane = options.plane(() => void this.controller.again());
    const applications = new Paced<Record<string, number>>((it) => options.say(it), saidEveryMs);
    this.controller = new Controller({
      get settings() { return options.settings(); },
      addresses: this.plane.addresses, apply: this.plane.apply,
      onApplied: (applied) => {
        const { revision, statusChange, changes, graph } = applied;
        this.#writer.want(() => applied.statuses, changes === undefined ? undefined : { statuses: statusChange, objects: changes });
        this.#events.want(objectEvents(applied.findings, find));
        collectForRoutes(graph.routes.length);
        options.onApplied(applied);
        applications.push({ revision, gateways: graph.gateways.size, routes: graph.routes.length });
      },
      onBug: (error) => options.onBug(error),
    });
  }

  /** A status of the cluster changed. */
  look(kind: string, key: string): void {
    this.#writer.look(kind, key);
  }

  lead(leads: boolean): void {
    this.#leads = leads;
    this.plane.lead(leads);
    this.#events.lead(leads);
    // Statuses are made anew first: whoever led until now knew more of the data planes.
    if (leads) void this.controller.again().then(() => this.#writer.lead(this.#leads));
    else this.#writer.lead(false);
  }

  async close(graceMs: number): Promise<void> {
    this.#writer.close();
    this.#events.close();
    await this.plane.close(graceMs);
  }
}
